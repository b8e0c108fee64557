import { app, type Session, type WebContents } from 'electron';

/** Where the page lives. A scheme of its own has an origin of its own, which file: has not. */
export const PAGE_SCHEME = 'keymolt-app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://window`;
export const PAGE_URL = `${PAGE_ORIGIN}/`;

/** SECURITY: compared as a parsed URL; a scheme of one's own has no `origin` in every URL parser. */
export const isPageUrl = (url: string): boolean => {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}` === PAGE_ORIGIN;
  } catch {
    return false;
  }
};

/** SECURITY: the window needs no permission at all, so none is ever granted (test/e2e/electron-window.spec.ts). */
export const refusePermissions = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
};

/** SECURITY: nothing is fetched from anywhere but our own files, whatever the page's policy should let through. */
export const refuseForeignRequests = (session: Session): void => {
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isPageUrl(details.url) && !details.url.startsWith('devtools://') });
  });
};

/** SECURITY: requests for files are asked of nobody above; the page is served, and needs none. */
export const refuseFiles = (session: Session): void => {
  if (!session.protocol.isProtocolHandled('file'))
    session.protocol.handle('file', () => new Response(null, { status: 403 }));
};

const refuse = (event: { preventDefault: () => void }): void => event.preventDefault();

/** SECURITY: for every web contents there will ever be: it stays on its page, opens nothing and embeds nothing. */
export const confine = (contents: WebContents): void => {
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', refuse);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
};

export const confineAll = (): void => {
  app.on('web-contents-created', (_event, contents) => confine(contents));
};
