import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'rolldown';
import { readPageFile } from '../../src-main/app/page-files.ts';
import type { Scenario } from './fake-bridge.ts';

const ORIGIN = 'https://page.test';
const PAGE_DIR = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const ENTRY = fileURLToPath(new URL('fake-bridge-entry.ts', import.meta.url));

let script: Promise<string> | undefined;

const bundle = async (): Promise<string> => {
  const { output } = await build({ input: ENTRY, write: false, output: { format: 'iife' } });
  return output[0].code;
};

/** Opens the built page, under its real policy, on a fake core that is as `scenario` says. */
export const openFakePage = async (page: Page, scenario: Scenario): Promise<void> => {
  script ??= bundle();
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== ORIGIN) return route.abort();
    const { status, headers, body } = await readPageFile(PAGE_DIR, url.pathname);
    return route.fulfill({ status, headers: { ...headers }, body });
  });
  await page.addInitScript({
    content: `globalThis.fakeScenario = ${JSON.stringify(scenario)};\n${await script}`,
  });
  await page.goto(`${ORIGIN}/`);
};
