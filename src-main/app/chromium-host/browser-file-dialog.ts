import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { AppPage } from './app-page.ts';
import { openOwnWorld } from './own-world.ts';

const WORLD = 'keymolt-file-dialog';

/** The field is in no document, so the page cannot find it; the dialog is the browser's own. */
const CHOOSE = `() => new Promise((resolve) => {
  const field = document.createElement('input');
  field.type = 'file';
  field.addEventListener('change', () => resolve(field.files[0] ?? null));
  field.addEventListener('cancel', () => resolve(null));
  field.click();
})`;

/**
 * Asks for a file with the browser's dialog, and asks the browser where that file lies.
 * SECURITY: in a world of its own beside the page's, so that no page can hand over a file that nobody chose
 * (test/e2e/chromium-window.spec.ts).
 * @returns null: they changed their mind
 * @throws {AppError} WINDOW_UNAVAILABLE
 */
export const chooseFile = async (page: Pick<AppPage, 'send'>): Promise<string | null> => {
  const { result, exceptionDetails } = await page.send('Runtime.callFunctionOn', {
    functionDeclaration: CHOOSE,
    executionContextId: await openOwnWorld(page, WORLD),
    awaitPromise: true,
    userGesture: true,
  });
  const { objectId } = result as { readonly objectId?: string };
  if (exceptionDetails === undefined && objectId === undefined) return null;
  const { path } = exceptionDetails === undefined ? await page.send('DOM.getFileInfo', { objectId }) : {};
  if (typeof path === 'string' && path !== '') return path;
  throw new AppError(
    'WINDOW_UNAVAILABLE',
    'This browser did not say which file was chosen.',
    'Name it on the command line.',
  );
};
