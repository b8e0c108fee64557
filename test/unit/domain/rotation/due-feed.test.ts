import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEED_BEGINNING, type FeedKey, toDueFeed } from '../../../../src-shared/domain/rotation/due-feed.ts';

const key = (change: Partial<FeedKey> = {}): FeedKey => ({
  id: '00112233445566778899aabbccddeeff',
  name: 'billing-key',
  env: 'prod',
  isLive: true,
  owner: null,
  project: null,
  status: 'active',
  changedAt: '2026-01-02T03:04:05.678Z',
  dueAt: '2026-04-02T03:04:05.000Z',
  expiresAt: null,
  ...change,
});
const named = { withNames: true, timeZone: 'UTC' };
const nameless = { withNames: false, timeZone: 'UTC' };

/** Lines put together again, as section 3.1 says. */
const unfolded = (feed: string): string[] => feed.replaceAll('\r\n ', '').split('\r\n');

describe('toDueFeed', () => {
  it('is a calendar of whole days, with names where they are wanted', () => {
    const lines = unfolded(toDueFeed([key({ owner: 'agents-team' })], named));
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0']);
    expect(lines).toContain('UID:due-00112233445566778899aabbccddeeff@keymolt');
    expect(lines).toContain('DTSTAMP:20260102T030405Z');
    expect(lines).toContain('DTSTART;VALUE=DATE:20260402');
    expect(lines).toContain('DTEND;VALUE=DATE:20260403');
    expect(lines).toContain('SUMMARY:Rotate billing-key (prod\\, live)');
    expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', '']);
  });

  it('says without names how many, and nothing of which', () => {
    const feed = toDueFeed(
      [
        key(),
        key({ id: 'b', name: 'search', expiresAt: '2026-05-01T00:00:00Z' }),
        key({ id: 'c', status: 'revoked' }),
      ],
      nameless,
    );
    expect(unfolded(feed).filter((line) => line.startsWith('SUMMARY'))).toEqual([
      'SUMMARY:2 keys to rotate',
      'SUMMARY:1 key expires',
    ]);
    expect(feed).not.toMatch(/billing|search|prod|agents-team|00112233/);
  });

  it('counts days where the person is, also on the day that clocks are changed', () => {
    const feed = (timeZone: string, dueAt: string) =>
      unfolded(toDueFeed([key({ dueAt })], { withNames: true, timeZone })).find((line) =>
        line.startsWith('DTSTART'),
      );
    expect(feed('America/Los_Angeles', '2026-04-02T03:00:00Z')).toBe('DTSTART;VALUE=DATE:20260401');
    expect(feed('Pacific/Auckland', '2026-04-02T13:00:00Z')).toBe('DTSTART;VALUE=DATE:20260403');
    // Berlin, 25 October 2026: the hour from 2 to 3 comes twice.
    expect(feed('Europe/Berlin', '2026-10-24T22:30:00Z')).toBe('DTSTART;VALUE=DATE:20261025');
    expect(feed('Europe/Berlin', '2026-10-25T22:59:00Z')).toBe('DTSTART;VALUE=DATE:20261025');
  });

  it('keeps to the format whatever people write: 75 octets a line, nothing breaks out of its field', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(anything, anything, anything, (name, owner, project) => {
        const feed = toDueFeed([key({ name, owner, project })], named);
        expect(feed.startsWith(FEED_BEGINNING)).toBe(true);
        const physical = feed.split('\r\n');
        for (const line of physical) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
        // Whatever was written stays within its text; a line that begins with a name of the format is ours.
        expect(unfolded(feed).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
        expect(unfolded(feed)).toHaveLength(unfolded(toDueFeed([key()], named)).length);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same bytes for the same keys, in whatever order, and stable UIDs after a rotation', () => {
    const keys = [
      key(),
      key({ id: 'b', name: 'b' }),
      key({ id: 'c', name: 'c', dueAt: '2026-03-01T00:00:00Z' }),
    ];
    expect(toDueFeed(keys, named)).toBe(toDueFeed(keys.toReversed(), named));
    const uids = (feed: string) => feed.match(/UID:.*/g)?.sort();
    expect(
      uids(
        toDueFeed(
          keys.map((one) => ({ ...one, dueAt: '2027-01-01T00:00:00Z' })),
          named,
        ),
      ),
    ).toEqual(uids(toDueFeed(keys, named)));
  });
});
