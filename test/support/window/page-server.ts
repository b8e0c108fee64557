import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { readPageFile } from '../../../src-main/app/page-files.ts';

const PAGE_DIR = fileURLToPath(new URL('../../../out/renderer', import.meta.url));
const ENTRY = fileURLToPath(new URL('../fake-core/page-entry.ts', import.meta.url));

export interface PageServer {
  readonly origin: string;
  readonly close: () => void;
}

/** Serves the built page, under its real policy, with the fake core before its script, and axe-core for who asks. */
export const startPageServer = async (): Promise<PageServer> => {
  const { output } = await build({ input: ENTRY, write: false, output: { format: 'iife', minify: true } });
  const beside = new Map([
    ['/fake-core.js', output[0].code],
    ['/axe.js', readFileSync(axeFile(), 'utf8')],
  ]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page.test');
    const script = beside.get(pathname);
    if (script !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': CACHED });
      response.end(script);
      return;
    }
    void readPageFile(PAGE_DIR, pathname).then(({ status, headers, body }) => {
      const isPage = pathname === '/';
      // Kept by the browser, compiled too: each test opens the page anew.
      response.writeHead(status, { ...headers, ...(isPage ? {} : { 'cache-control': CACHED }) });
      response.end(isPage ? withFakeCore(body.toString('utf8')) : body);
    });
  });
  await listening(server);
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const CACHED = 'max-age=3600, immutable';

const withFakeCore = (html: string): string =>
  html.replace('<script type="module"', '<script src="/fake-core.js"></script>\n    <script type="module"');

/** The one that the Playwright part of it brings along. */
const axeFile = (): string =>
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve(
    'axe-core/axe.min.js',
  );

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
