import { describe, expect, it } from 'vitest';
import type { CallerProcess } from '../../../src-main/services/ports.ts';
import type { RecordId } from '../../../src-main/vault/ports.ts';
import { GrantBook, holderOf } from '../../../src-main/services/runs/grants.ts';

const DEV = 'dev-id' as RecordId;
const PROD = 'prod-id' as RecordId;
let now = 1000;

const caller = (more: Partial<CallerProcess>): CallerProcess => ({
  pid: 100,
  startTicks: 1,
  sessionId: 50,
  sessionStartTicks: 5,
  hasTerminal: false,
  ancestors: [
    { pid: 90, startTicks: 9 },
    { pid: 1, startTicks: 0 },
  ],
  ...more,
});

describe('grants', () => {
  it('cover nobody before an unlock and nobody after a lock', () => {
    const book = new GrantBook(() => now);
    expect(book.covers(caller({}), DEV)).toBe(false);
    book.grant(caller({}), 'user');
    expect(book.covers(caller({ pid: 7, ancestors: [] }), DEV)).toBe(true);
    expect(book.covers(null, DEV)).toBe(true);
    book.clear();
    expect(book.covers(caller({}), DEV)).toBe(false);
  });

  it('with a terminal, cover that terminal session and no other', () => {
    const book = new GrantBook(() => now);
    book.grant(caller({ hasTerminal: true }), 'tree');
    expect(book.covers(caller({ pid: 200, ancestors: [] }), DEV)).toBe(true);
    expect(book.covers(caller({ pid: 200, sessionId: 51 }), DEV)).toBe(false);
    expect(book.covers(caller({ pid: 200, sessionStartTicks: 6 }), DEV)).toBe(false);
    expect(book.covers(null, DEV)).toBe(false);
  });

  it('without one, cover the parent of unlock and its descendants', () => {
    const book = new GrantBook(() => now);
    book.grant(caller({}), 'tree');
    expect(
      book.covers(
        caller({
          pid: 300,
          sessionId: 77,
          ancestors: [
            { pid: 299, startTicks: 3 },
            { pid: 90, startTicks: 9 },
          ],
        }),
        DEV,
      ),
    ).toBe(true);
    expect(book.covers(caller({ pid: 90, startTicks: 9, ancestors: [] }), DEV)).toBe(true);
    expect(book.covers(caller({ pid: 300, ancestors: [{ pid: 1, startTicks: 0 }] }), DEV)).toBe(false);
    // The number came round again: another process.
    expect(book.covers(caller({ pid: 300, ancestors: [{ pid: 90, startTicks: 10 }] }), DEV)).toBe(false);
  });

  it('never cover everybody because a parent has gone', () => {
    const book = new GrantBook(() => now);
    book.grant(caller({ ancestors: [{ pid: 1, startTicks: 0 }] }), 'tree');
    expect(book.covers(caller({ pid: 400, ancestors: [{ pid: 1, startTicks: 0 }] }), DEV)).toBe(false);
    expect(book.covers(caller({}), DEV)).toBe(true);
  });

  it('given in the window are of one environment, and may end before the lock', () => {
    const book = new GrantBook(() => now);
    const holder = holderOf(caller({}), { pid: 90, startTicks: 9 });
    book.grantTo(holder, PROD, now + 100);
    expect(book.covers(caller({}), PROD)).toBe(true);
    expect(book.covers(caller({}), DEV)).toBe(false);
    now += 100;
    expect(book.covers(caller({}), PROD)).toBe(false);
    book.grantTo(holder, PROD, Infinity);
    book.grantTo(holder, PROD, now + 1);
    now += 1_000_000;
    expect(book.covers(caller({}), PROD)).toBe(true);
  });
});
