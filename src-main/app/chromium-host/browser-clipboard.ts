import type { CDPSession, Page } from 'playwright-core';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Clipboard } from '../../services/ports.ts';

const WORLD = 'keymolt-clipboard';
const PERMISSIONS = ['clipboardReadWrite', 'clipboardSanitizedWrite'];

const WRITE = 'async (text) => { await navigator.clipboard.writeText(text); }';
const READ = 'async () => navigator.clipboard.readText()';

/**
 * The system's clipboard through the browser, so that no tool need be installed.
 * SECURITY: the value goes into a world of its own beside the page's, whose scripts see nothing of it; the
 * permissions last for the one call (test/e2e/chromium-window.spec.ts).
 */
export const browserClipboard = (page: Page, origin: string): Clipboard => {
  const inOwnWorld = async (source: string, ...args: readonly string[]): Promise<unknown> => {
    const session = await page.context().newCDPSession(page);
    try {
      await session.send('Browser.grantPermissions', { origin, permissions: PERMISSIONS as never });
      const executionContextId = await openWorld(session);
      const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
        functionDeclaration: source,
        executionContextId,
        arguments: args.map((value) => ({ value })),
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      });
      if (exceptionDetails !== undefined) throw unreachable(exceptionDetails.exception?.description);
      return result.value;
    } finally {
      await session.send('Browser.resetPermissions', {}).catch(() => undefined);
      await session.detach().catch(() => undefined);
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

const openWorld = async (session: CDPSession): Promise<number> => {
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: WORLD,
  });
  return executionContextId;
};

const unreachable = (why: string | undefined): AppError =>
  new AppError(
    'CLIPBOARD_UNAVAILABLE',
    'The browser could not reach the clipboard.',
    'Use “Run with it”, or `keymolt key copy` in a terminal.',
    { details: { why: (why ?? '').split('\n')[0] ?? '' } },
  );
