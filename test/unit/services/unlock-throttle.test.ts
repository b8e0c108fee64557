import { describe, expect, it } from 'vitest';
import { UnlockThrottle } from '../../../src-main/services/vault/unlock-throttle.ts';

const wrong = new Error('wrong');
const isWrong = (error: unknown): boolean => error === wrong;
const fail = (): Promise<never> => Promise.reject(wrong);

describe('unlock throttle', () => {
  it('lets three wrong proofs pass at once, then waits twice as long each time, up to half a minute', async () => {
    const waits: number[] = [];
    const throttle = new UnlockThrottle((ms) => {
      waits.push(ms);
      return Promise.resolve();
    });
    for (let attempt = 0; attempt < 12; attempt += 1)
      await expect(throttle.attempt(fail, isWrong)).rejects.toBe(wrong);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('starts over after the right proof', async () => {
    const throttle = new UnlockThrottle(() => Promise.resolve());
    for (let attempt = 0; attempt < 5; attempt += 1)
      await throttle.attempt(fail, isWrong).catch(() => undefined);
    expect(throttle.delayMs).toBe(4000);
    await throttle.attempt(() => Promise.resolve(), isWrong);
    expect(throttle.delayMs).toBe(0);
  });

  it('does not count failures that say nothing of the proof', async () => {
    const throttle = new UnlockThrottle(() => Promise.resolve());
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await throttle.attempt(() => Promise.reject(new Error('disk')), isWrong).catch(() => undefined);
    }
    expect(throttle.delayMs).toBe(0);
  });

  it('takes attempts one at a time, and says when too many wait', async () => {
    let running = 0;
    let most = 0;
    const throttle = new UnlockThrottle(() => Promise.resolve());
    const attempts = Array.from({ length: 4 }, () =>
      throttle.attempt(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      }, isWrong),
    );
    expect(throttle.isFull).toBe(true);
    await Promise.all(attempts);
    expect(most).toBe(1);
    expect(throttle.isFull).toBe(false);
  });
});
