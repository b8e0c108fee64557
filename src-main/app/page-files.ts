import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { STYLE_NONCE_PLACEHOLDER } from './page-nonce.ts';

export interface PageFile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/**
 * SECURITY: scripts only from our own files; no inline script, no eval, no frame, no form target, and no connection
 * anywhere: the page talks to the core by the bridge alone (test/unit/app/page-files.test.ts, test/e2e/journey.ts). Styles are our own files
 * and what carries this load's nonce: Mantine adds its variables as style elements.
 */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Else it were what scripts may be; no worker, and no service worker that would answer for us.
    "worker-src 'none'",
  ].join('; ');

const headersFor = (type: string, nonce: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': policy(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

const notFound: PageFile = { status: 404, headers: headersFor('text/plain', 'none'), body: Buffer.alloc(0) };

/**
 * One file of the built page, as both window hosts serve it.
 * @param pathname of a URL, untrusted; anything outside of `dir`, or of an unknown type, is 404
 */
export const readPageFile = async (dir: string, pathname: string): Promise<PageFile> => {
  const relative = decode(pathname);
  if (relative === null) return notFound;
  const path = normalize(join(dir, relative === '/' ? 'index.html' : relative));
  const type = TYPES[extname(path)];
  if (!path.startsWith(normalize(dir) + sep) || type === undefined) return notFound;
  const nonce = randomBytes(16).toString('base64');
  try {
    const body = await readFile(path);
    const isPage = path.endsWith('.html');
    return {
      status: 200,
      headers: headersFor(type, nonce),
      body: isPage ? Buffer.from(body.toString('utf8').replaceAll(STYLE_NONCE_PLACEHOLDER, nonce)) : body,
    };
  } catch {
    return notFound;
  }
};

const decode = (pathname: string): string | null => {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
};
