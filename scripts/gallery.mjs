// `npm run gallery`: the page on a fake core, in any browser, with every state that it can be in. Changes to the code show at once.
import react from '@vitejs/plugin-react';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';
import { root } from './prepare.mjs';

const file = (name) => `/@fs${path.join(root, 'test', name)}`;

/** Before the page's own script comes the fake core; without a question after its address the page is the list. */
const gallery = {
  name: 'gallery',
  configureServer: (server) => {
    server.middlewares.use(async (request, response, next) => {
      if (request.url !== '/') return next();
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Keymolt gallery</title><link rel="stylesheet" href="${file('gallery/list-page.css')}" /></head><body><script type="module" src="${file('gallery/list-page.ts')}"></script></body></html>`;
      response.end(await server.transformIndexHtml('/gallery', html));
    });
  },
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(
        '<script type="module" src="./main.tsx">',
        `<script type="module" src="${file('support/fake-core/page-entry.ts')}"></script>\n    <script type="module" src="/main.tsx">`,
      ),
  },
};

const server = await createServer({
  configFile: false,
  root: path.join(root, 'src-renderer'),
  cacheDir: path.join(root, '.cache', 'gallery'),
  plugins: [react(), gallery],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 4830),
    fs: { allow: [root, realpathSync(path.join(root, 'node_modules'))] },
  },
  logLevel: 'warn',
});
await server.listen();
console.log(`Gallery: ${server.resolvedUrls?.local[0] ?? ''}`);
