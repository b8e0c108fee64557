import { defineConfig } from '@playwright/test';

/** The window in real browsers: the page on a fake core, then the whole app in both of its hosts. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results',
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2,
  // On a shared machine a window may be starved for seconds; a test that needs the second try is reported as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: {
    timeout: 10_000,
    toHaveScreenshot: {
      pathTemplate: '{testDir}/pictures/{arg}{ext}',
      // Another version of the browser draws the edge of a letter otherwise; a button that moved is more than that.
      threshold: 0.25,
      maxDiffPixels: 250,
      animations: 'disabled',
      caret: 'hide',
    },
  },
  // Letters look otherwise on other systems.
  ignoreSnapshots: process.platform !== 'linux',
  reporter: [['list']],
  projects: [
    { name: 'page', testMatch: 'page-*.spec.ts' },
    { name: 'window', testMatch: '*-window.spec.ts', timeout: 120_000, fullyParallel: false },
  ],
});
