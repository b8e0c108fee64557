import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { fileURLToPath } from 'node:url';
import { WINDOW_CHANNELS } from './src-shared/contract/channels.ts';
import { events } from './src-shared/contract/events.ts';
import type { Plugin } from 'vite';
import { STYLE_NONCE_PLACEHOLDER } from './src-main/app/page-nonce.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tests on a machine where Electron's own runtime cannot be had use an older one (test/support/window/electron-test-runtime.mjs).
 * It has Node-API 9, which better-sqlite3 13 does not run on: there, and only there, libsql stands in for it.
 */
const isTestRuntime = process.env['KEYMOLT_TEST_RUNTIME'] === 'electron33';
const out = (folder: string) => at(`${isTestRuntime ? 'out-test' : 'out'}/${folder}`);

const storeStandIn: Plugin = {
  name: 'store-stand-in',
  // Before packages are left out of the bundle, or the alias would come too late.
  enforce: 'pre',
  resolveId: (id) => (id === 'better-sqlite3' ? { id: 'libsql', external: true } : null),
};

// The preload gets the names alone: with the schemas it would carry a validator that runs in the core anyway.
const contractNames = {
  __WINDOW_CHANNELS__: JSON.stringify(WINDOW_CHANNELS),
  __EVENT_NAMES__: JSON.stringify(Object.keys(events)),
};

export default defineConfig({
  main: {
    plugins: isTestRuntime ? [storeStandIn] : [],
    build: {
      outDir: out('main'),
      // Of the schemas' package a part is used: all of it, a file at a time, would be loaded at every start.
      externalizeDeps: { exclude: ['zod', ...(isTestRuntime ? ['better-sqlite3'] : [])] },
      emptyOutDir: true,
      target: isTestRuntime ? 'node20.18' : 'node22',
      rolldownOptions: {
        input: { index: at('src-main/index.ts') },
        // One folder: the core finds its sibling programs from where its own file lies.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  },
  preload: {
    define: contractNames,
    build: {
      outDir: out('preload'),
      emptyOutDir: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-main/preload/index.ts') },
        // A sandboxed preload is one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    base: './',
    plugins: [react()],
    // Replaced with a fresh value by whoever serves the page (src-main/app/page-files.ts).
    html: { cspNonce: STYLE_NONCE_PLACEHOLDER },
    build: {
      outDir: out('renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      minify: true,
      cssMinify: true,
      // SECURITY: nothing inlined as data: URLs, so that the page's policy can refuse them.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('src-renderer/index.html') } },
    },
  },
});
