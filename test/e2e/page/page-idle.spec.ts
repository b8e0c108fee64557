import { clockTest as test, expect } from './fake-core-test.ts';

const HALF_A_MINUTE_MS = 30_000;
const PLACES = ['Overview', 'Keys', 'Rotation', 'Headroom', 'Doctor', 'Agents', 'Audit', 'Settings'];

test('at rest nothing in the page wakes more than once a second', async ({ page, open }) => {
  await page.clock.install();
  await page.addInitScript(() => {
    const scope = globalThis as unknown as Record<string, (...args: unknown[]) => unknown> & {
      woken: number;
    };
    scope.woken = 0;
    for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame']) {
      const real = scope[name]?.bind(globalThis);
      scope[name] = (work: unknown, ...rest: unknown[]) =>
        real?.(
          (...args: unknown[]) => {
            scope.woken += 1;
            return (work as (...args: unknown[]) => unknown)(...args);
          },
          ...rest,
        );
    }
  });
  const woken = () => page.evaluate(() => (globalThis as unknown as { woken: number }).woken);
  await open({ keys: 42 }, 'Overview');
  await page.clock.runFor(5000);
  for (const place of PLACES) {
    await page.getByRole('navigation').getByRole('button', { name: place }).click();
    await page.clock.runFor(5000);
    const before = await woken();
    await page.clock.runFor(HALF_A_MINUTE_MS);
    expect((await woken()) - before, place).toBeLessThanOrEqual(30);
  }
  // Out of sight it does no more than in sight.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.clock.runFor(5000);
  const before = await woken();
  await page.clock.runFor(HALF_A_MINUTE_MS);
  expect((await woken()) - before, 'out of sight').toBeLessThanOrEqual(30);
});
