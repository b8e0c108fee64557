import { WINDOW_CHANNELS } from '../../../src-shared/contract/channels.ts';
import { events } from '../../../src-shared/contract/events.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { readPageFile } from '../page-files.ts';
import type { WindowSeam } from '../window-host.ts';
import type { BrowserEvent, DebuggingPipe, Params } from './debugging-pipe.ts';
import { installBridge } from './install-bridge.ts';
import { decodeCall, encodeAnswer, encodeNews } from './wire.ts';

/** A made-up origin: `.invalid` never resolves (RFC 2606), and every request to it is answered from our own files. */
export const PAGE_ORIGIN = 'https://keymolt.invalid';
const BINDING = '__keymoltCall';
const MESSAGE = 'keymolt:message';

/** The one page of the window. */
export interface AppPage {
  /** Asks the browser about this page. */
  readonly send: (method: string, params?: Params) => Promise<Params>;
  /** @returns the value of an expression in the page */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** The page was closed, or its process has ended by itself. */
  readonly ended: Promise<'closed' | 'crashed'>;
}

interface Target {
  readonly sessionId: string;
  readonly targetInfo: { readonly targetId: string; readonly type: string };
}
interface Frame {
  readonly id: string;
  readonly parentId?: string;
  readonly url: string;
}
interface Context {
  readonly id: number;
  readonly origin: string;
  readonly auxData?: { readonly isDefault?: boolean; readonly frameId?: string };
}
interface Paused {
  readonly requestId: string;
  readonly request: { readonly method: string; readonly url: string };
}

const isPageUrl = (url: string): boolean => url.startsWith(`${PAGE_ORIGIN}/`);

/**
 * Takes the browser's first page, and shows ours in it: our files, our bridge, and nothing else.
 * @param size of a page that nobody sees
 * @throws {AppError} WINDOW_UNAVAILABLE
 */
export const openAppPage = async (
  pipe: DebuggingPipe,
  seam: WindowSeam,
  pageDir: string,
  size?: { readonly width: number; readonly height: number },
): Promise<AppPage> => {
  const { sessionId, targetInfo } = await takeFirstPage(pipe);
  const send = (method: string, params: Params = {}): Promise<Params> => pipe.send(method, params, sessionId);
  // What fails because the page has just gone elsewhere or ended needs no answer.
  const tell = (method: string, params: Params): void => void send(method, params).catch(() => undefined);

  let mainUrl = '';
  let mainContext: number | undefined;
  const contexts = new Map<number, Context>();
  const mainFrame = targetInfo.targetId;

  const onCall = async ({ name, payload, executionContextId }: Params): Promise<void> => {
    if (name !== BINDING || typeof executionContextId !== 'number') return;
    const call = decodeCall(payload);
    if (call === undefined) return;
    const context = contexts.get(executionContextId);
    // SECURITY: the main frame of our one page, showing our own origin; frames, other pages and a page that got
    // elsewhere are not ours (test/e2e/chromium-window.spec.ts).
    const trusted =
      context?.auxData?.isDefault === true &&
      context.auxData.frameId === mainFrame &&
      context.origin === PAGE_ORIGIN &&
      isPageUrl(mainUrl);
    const outcome = await seam.dispatch(call.channel, call.payload, { trusted });
    tell('Runtime.callFunctionOn', announcing(encodeAnswer(call.id, outcome), executionContextId));
  };
  const serve = async ({ requestId, request }: Paused): Promise<void> => {
    if (request.method !== 'GET' || !isPageUrl(request.url)) {
      tell('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      return;
    }
    const { status, headers, body } = await readPageFile(pageDir, new URL(request.url).pathname);
    tell('Fetch.fulfillRequest', {
      requestId,
      responseCode: status,
      responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
      body: body.toString('base64'),
    });
  };
  const onFrame = ({ id, parentId, url }: Frame): void => {
    if (parentId !== undefined || id !== mainFrame) return;
    mainUrl = url;
    // SECURITY: no page but ours in this window.
    if (!isPageUrl(url)) tell('Page.navigate', { url: `${PAGE_ORIGIN}/` });
  };
  const onContext = (context: Context): void => {
    contexts.set(context.id, context);
    if (context.auxData?.isDefault === true && context.auxData.frameId === mainFrame)
      mainContext = context.id;
  };

  const ended = new Promise<'closed' | 'crashed'>((resolve) => {
    const handlers: Readonly<Record<string, (params: Params) => void>> = {
      // One after the other: what is written of a long answer goes on its way before the next one is made.
      'Runtime.bindingCalled': (params) => setImmediate(() => void onCall(params)),
      'Runtime.executionContextCreated': ({ context }) => onContext(context as Context),
      'Runtime.executionContextDestroyed': ({ executionContextId }) => {
        contexts.delete(executionContextId as number);
      },
      'Runtime.executionContextsCleared': () => contexts.clear(),
      'Fetch.requestPaused': (params) => void serve(params as unknown as Paused),
      'Page.frameNavigated': ({ frame }) => onFrame(frame as Frame),
      'Page.javascriptDialogOpening': () => tell('Page.handleJavaScriptDialog', { accept: false }),
      'Inspector.targetCrashed': () => resolve('crashed'),
    };
    pipe.listen((event) => {
      if (event.sessionId === sessionId) handlers[event.method]?.(event.params);
      else if (isDetached(event, sessionId)) resolve('closed');
    });
  });

  const bridge = JSON.stringify({
    origin: PAGE_ORIGIN,
    channels: WINDOW_CHANNELS,
    events: Object.keys(events),
    binding: BINDING,
    message: MESSAGE,
  });
  await Promise.all([
    pipe.send('Browser.setDownloadBehavior', { behavior: 'deny' }),
    send('Page.enable'),
    send('Inspector.enable'),
    send('Runtime.enable'),
    send('Runtime.addBinding', { name: BINDING }),
    send('Page.addScriptToEvaluateOnNewDocument', { source: `(${installBridge.toString()})(${bridge})` }),
    send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    ...(size === undefined
      ? []
      : [send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })]),
    send('Runtime.runIfWaitingForDebugger'),
  ]);
  // A page that is left gets another process, which is told what the first one has confirmed by then.
  await send('Page.navigate', { url: `${PAGE_ORIGIN}/` });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { readonly value?: unknown }).value;
  };
  // Its process may have been started before it was told all the same; it knows by now.
  if ((await evaluate(`'keymolt' in window`).catch(() => undefined)) === false) await send('Page.reload');

  const stopTelling = tellNews(seam, (text) =>
    mainContext === undefined
      ? Promise.resolve()
      : // A page that reloads just then asks for everything anew.
        send('Runtime.callFunctionOn', announcing(text, mainContext)).then(
          () => undefined,
          () => undefined,
        ),
  );
  void ended.then(stopTelling);
  return {
    send,
    evaluate,
    ended,
  };
};

const FIRST_PAGE_MS = 30_000;

/** Attaches to everything there is and will be, keeps the first page, and closes every other. */
const takeFirstPage = (pipe: DebuggingPipe): Promise<Target> =>
  new Promise((resolve, reject) => {
    let first: string | undefined;
    const timeout = setTimeout(() => {
      reject(new AppError('WINDOW_UNAVAILABLE', 'The browser showed no window.', 'Open Keymolt anew.'));
    }, FIRST_PAGE_MS);
    pipe.listen(({ method, params }) => {
      if (method !== 'Target.attachedToTarget') return;
      const { sessionId, targetInfo } = params as unknown as Target;
      if (targetInfo.type !== 'page') {
        // A part of the browser itself: it goes on by itself.
        const letGo = pipe.send('Runtime.runIfWaitingForDebugger', {}, sessionId);
        void letGo.then(() => pipe.send('Target.detachFromTarget', { sessionId })).catch(() => undefined);
      } else if (first === undefined) {
        first = targetInfo.targetId;
        clearTimeout(timeout);
        resolve({ sessionId, targetInfo });
      } else if (first !== targetInfo.targetId) {
        // SECURITY: no second window. It waits for us before it does anything, and we close it.
        void pipe.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
      }
    });
    pipe
      .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
      .catch((error: unknown) => {
        clearTimeout(timeout);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
  });

const isDetached = ({ method, params }: BrowserEvent, sessionId: string): boolean =>
  method === 'Target.detachedFromTarget' && params['sessionId'] === sessionId;

/** Runs in the page: what the bridge hears. */
const announcing = (text: string, executionContextId: number): Params => ({
  functionDeclaration: `(detail) => { dispatchEvent(new CustomEvent('${MESSAGE}', { detail })); }`,
  arguments: [{ value: text }],
  executionContextId,
  silent: true,
});

/** Passes events on in their order, all that have gathered at a time. */
const tellNews = (seam: WindowSeam, announce: (text: string) => Promise<void>): (() => void) => {
  let gathered: (readonly [string, unknown])[] = [];
  let isTelling = false;
  const tell = async (): Promise<void> => {
    if (isTelling) return;
    isTelling = true;
    while (gathered.length > 0) {
      const news = gathered;
      gathered = [];
      await announce(encodeNews(news));
    }
    isTelling = false;
  };
  return seam.subscribe((name, event) => {
    gathered.push([name, event]);
    void tell();
  });
};
