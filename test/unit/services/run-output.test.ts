import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AHEAD_CHARACTERS,
  EVENT_CHARACTERS,
  KEPT_CHARACTERS,
  PATIENCE_MS,
  RunOutput,
} from '../../../src-main/services/launches/run-output.ts';

interface Told {
  readonly offset: number;
  readonly text: string;
}

const bench = () => {
  const told: Told[] = [];
  const sleeping: { ms: number; wake: () => void }[] = [];
  const output = new RunOutput({
    tell: (offset, text) => void told.push({ offset, text }),
    sleep: (ms) => new Promise((wake) => sleeping.push({ ms, wake: () => wake() })),
  });
  /** Whether a push is still waiting after everything that can settle has settled. */
  const isWaiting = async (push: Promise<void>): Promise<boolean> => {
    let isSettled = false;
    void push.then(() => (isSettled = true));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    return !isSettled;
  };
  const wakeAll = (ms: number) => {
    for (const one of sleeping.splice(0)) if (one.ms === ms) one.wake();
  };
  return { output, told, isWaiting, wakeAll };
};

describe('output of a command of the window', () => {
  it('comes in pieces that follow each other, none too long, none cut in a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 900 }),
        async (texts, repeat) => {
          const { output, told } = bench();
          output.watch();
          const whole = texts.map((text) => text.repeat(repeat)).join('');
          const first = whole.slice(0, AHEAD_CHARACTERS);
          await output.push(first);
          expect(told.map(({ text }) => text).join('')).toBe(first);
          let at = 0;
          for (const { offset, text } of told) {
            expect(offset).toBe(at);
            expect(text.length).toBeLessThanOrEqual(EVENT_CHARACTERS);
            at += text.length;
          }
        },
      ),
      { numRuns: 25 },
    );
    const { output, told } = bench();
    output.watch();
    await output.push(`${'a'.repeat(EVENT_CHARACTERS - 1)}😀b`);
    expect(told.map(({ text }) => text.length)).toEqual([EVENT_CHARACTERS - 1, 3]);
  });

  it('waits for a page that is behind, and goes on when that has drawn', async () => {
    const { output, isWaiting } = bench();
    output.watch();
    const push = output.push('x'.repeat(AHEAD_CHARACTERS + 1));
    expect(await isWaiting(push)).toBe(true);
    output.drawn(1);
    expect(await isWaiting(push)).toBe(false);
  });

  it('does not wait for a page that is gone, tells it nothing, and lets one that comes back begin with the end', async () => {
    const { output, told, isWaiting, wakeAll } = bench();
    output.watch();
    const push = output.push('x'.repeat(AHEAD_CHARACTERS + 1));
    await isWaiting(push);
    wakeAll(PATIENCE_MS);
    expect(await isWaiting(push)).toBe(false);
    const before = told.length;
    void output.push('unseen');
    expect(told.length).toBe(before);
    const { offset, text } = output.watch();
    expect(offset).toBe(0);
    expect(text.endsWith('unseen')).toBe(true);
    await output.push('seen');
    expect(told.at(-1)).toEqual({ offset: AHEAD_CHARACTERS + 7, text: 'seen' });
  });

  it('keeps no more than its end, whatever is printed', async () => {
    const { output } = bench();
    output.watch();
    for (let at = 0; at < 200; at += 1) {
      void output.push('y\n'.repeat(10_000));
      output.drawn(Number.MAX_SAFE_INTEGER);
    }
    const { offset, text } = output.watch();
    expect(offset + text.length).toBe(4_000_000);
    expect(text.length).toBeGreaterThanOrEqual(KEPT_CHARACTERS);
    expect(text.length).toBeLessThan(KEPT_CHARACTERS + EVENT_CHARACTERS);
    await Promise.resolve();
  });
});
