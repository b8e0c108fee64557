import type { Bridge } from '../../../src-shared/contract/bridge.ts';
import type { FakeCore } from '../../support/fake-core/core.ts';
import { expect, test } from './fake-core-test.ts';

type WithCore = typeof globalThis & { readonly fakeCore: FakeCore };

test('the log is saved as a file, and what was found of it is said', async ({ page, open }) => {
  await open({ auditEntries: 20 });
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('export');
  await page.getByRole('button', { name: 'Export the audit log' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Audit');
  await expect(page.getByText('20 entries are saved as')).toContainText(
    '/home/me/Downloads/keymolt-audit-2026-03-12.jsonl. The log is as it was written',
  );
  await page.evaluate(() =>
    (globalThis as WithCore).fakeCore.change({ tampered: true, tamper_findings: ['Entry 12 is gone.'] }),
  );
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText('The log is not as it was written: Entry 12 is gone.')).toBeVisible();
});

test('a long log says how far it is, also while news come, and is stopped', async ({ page, open }) => {
  await open({ auditEntries: 12_000, slow: { 'audit.save': -1 } }, 'Audit');
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText('4,000 of 12,000 entries')).toBeVisible();
  await page.evaluate(() => (globalThis as WithCore).fakeCore.emit('dataChanged', { what: 'keys' }));
  await expect(page.getByText('4,000 of 12,000 entries')).toBeVisible();
  const cancelled = page.evaluate(
    () =>
      new Promise<object>((resolve) => {
        const { keymolt } = globalThis as unknown as { readonly keymolt: Bridge };
        Object.assign(keymolt.operations, { cancel: resolve });
      }),
  );
  await page.getByRole('button', { name: 'Stop' }).click();
  expect(Object.keys(await cancelled)).toEqual(['operation_id']);
});
