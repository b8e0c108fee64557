import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Clipboard } from '../../services/ports.ts';
import type { AppPage } from './app-page.ts';
import type { DebuggingPipe } from './debugging-pipe.ts';
import { openOwnWorld } from './own-world.ts';

const WORLD = 'keymolt-clipboard';
const PERMISSIONS = ['clipboardReadWrite', 'clipboardSanitizedWrite'];

const WRITE = 'async (text) => { await navigator.clipboard.writeText(text); }';
const READ = 'async () => navigator.clipboard.readText()';

/**
 * The system's clipboard through the browser, so that no tool need be installed.
 * SECURITY: the value goes into a world of its own beside the page's, whose scripts see nothing of it; the
 * permissions last for the one call (test/e2e/chromium-window.spec.ts).
 */
export const browserClipboard = (
  { send }: Pick<DebuggingPipe, 'send'>,
  page: Pick<AppPage, 'send'>,
  origin: string,
): Clipboard => {
  const inOwnWorld = async (source: string, ...args: readonly string[]): Promise<unknown> => {
    try {
      await send('Browser.grantPermissions', { origin, permissions: PERMISSIONS });
      const { result, exceptionDetails } = await page.send('Runtime.callFunctionOn', {
        functionDeclaration: source,
        executionContextId: await openOwnWorld(page, WORLD),
        arguments: args.map((value) => ({ value })),
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      });
      if (exceptionDetails !== undefined) throw unreachable(exceptionDetails as Exception);
      return (result as { readonly value?: unknown }).value;
    } finally {
      await send('Browser.resetPermissions').catch(() => undefined);
    }
  };
  return {
    write: async (value) => {
      await inOwnWorld(WRITE, value.expose().toString('utf8'));
      // A page has no way to mark what it writes.
      return false;
    },
    clearIfUnchanged: async (value) => {
      const held = await inOwnWorld(READ);
      if (typeof held !== 'string' || !Buffer.from(held, 'utf8').equals(value.expose())) return false;
      await inOwnWorld(WRITE, '');
      return true;
    },
  };
};

interface Exception {
  readonly exception?: { readonly description?: string };
}

const unreachable = ({ exception }: Exception): AppError =>
  new AppError(
    'CLIPBOARD_UNAVAILABLE',
    'The browser could not reach the clipboard.',
    'Use “Run…”, or `keymolt key copy` in a terminal.',
    { details: { why: (exception?.description ?? '').split('\n')[0] ?? '' } },
  );
