import { clockTest as test, expect } from './fake-core-test.ts';

const MINUTE_MS = 60_000;

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
  for (const place of ['Overview', 'Keys', 'Headroom', 'Agents']) {
    await page.getByRole('navigation').getByRole('button', { name: place }).click();
    await page.clock.runFor(5000);
    const before = await woken();
    await page.clock.runFor(MINUTE_MS);
    expect((await woken()) - before, place).toBeLessThanOrEqual(60);
  }
});
