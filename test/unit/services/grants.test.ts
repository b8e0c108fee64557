import { describe, expect, it } from 'vitest';
import type { CallerProcess } from '../../../src-main/services/ports.ts';
import { GrantBook } from '../../../src-main/services/runs/grants.ts';

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
    const book = new GrantBook();
    expect(book.covers(caller({}))).toBe(false);
    book.grant(caller({}), 'user');
    expect(book.covers(caller({ pid: 7, ancestors: [] }))).toBe(true);
    expect(book.covers(null)).toBe(true);
    book.clear();
    expect(book.covers(caller({}))).toBe(false);
  });

  it('with a terminal, cover that terminal session and no other', () => {
    const book = new GrantBook();
    book.grant(caller({ hasTerminal: true }), 'tree');
    expect(book.covers(caller({ pid: 200, ancestors: [] }))).toBe(true);
    expect(book.covers(caller({ pid: 200, sessionId: 51 }))).toBe(false);
    expect(book.covers(caller({ pid: 200, sessionStartTicks: 6 }))).toBe(false);
    expect(book.covers(null)).toBe(false);
  });

  it('without one, cover the parent of unlock and its descendants', () => {
    const book = new GrantBook();
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
      ),
    ).toBe(true);
    expect(book.covers(caller({ pid: 90, startTicks: 9, ancestors: [] }))).toBe(true);
    expect(book.covers(caller({ pid: 300, ancestors: [{ pid: 1, startTicks: 0 }] }))).toBe(false);
    // The number came round again: another process.
    expect(book.covers(caller({ pid: 300, ancestors: [{ pid: 90, startTicks: 10 }] }))).toBe(false);
  });

  it('never cover everybody because a parent has gone', () => {
    const book = new GrantBook();
    book.grant(caller({ ancestors: [{ pid: 1, startTicks: 0 }] }), 'tree');
    expect(book.covers(caller({ pid: 400, ancestors: [{ pid: 1, startTicks: 0 }] }))).toBe(false);
    expect(book.covers(caller({}))).toBe(true);
  });
});
