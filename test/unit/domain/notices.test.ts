import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticesOf, type NoticeMemory, type Outlook } from '../../../src-shared/domain/notices.ts';

const NOW = Date.parse('2026-03-28T12:00:00Z');
const key = (name: string, daysLeft: number, status: 'active' | 'revoked' = 'active') => ({
  name,
  env: 'prod',
  status,
  days_left: daysLeft,
});
const rotation = (id: string, more: Partial<Outlook['rotations'][number]> = {}) => ({
  id,
  key: id,
  env: 'prod',
  state: 'stored',
  deadline_at: null,
  ended_at: null,
  cause: null,
  ...more,
});
const limits = (name: string, exhaustedInS: number | null) => ({
  name,
  env: 'dev',
  windows: [{ id: 'minute', limit: 60, remaining: 20, exhausted_in_s: exhaustedInS }],
});
const outlook = (more: Partial<Outlook>): Outlook => ({ keys: [], limits: [], rotations: [], ...more });

/** What is told as one look follows the other. */
const told = (...looks: Outlook[]) => {
  let memory: NoticeMemory | null = null;
  return looks.map((look) => {
    const { notices, memory: next } = noticesOf(memory, look, NOW);
    memory = next;
    return notices.map(({ kind, count, place }) => [kind, count, 'key' in place ? place.key : place.at]);
  });
};

describe('notices outside of the window', () => {
  it('the first look is quiet, whatever there is', () => {
    const all = outlook({
      keys: [key('a', -4), key('b', 2)],
      limits: [limits('c', 9)],
      rotations: [rotation('d', { ended_at: '2026-03-28T11:00:00Z', state: 'done' })],
    });
    expect(told(all, all)).toEqual([[], []]);
  });

  it('a key is told of when it comes near, and when it is overdue; once each', () => {
    const days = (left: number) => outlook({ keys: [key('a', left)] });
    expect(told(days(9), days(7), days(3), days(-1), days(-5), days(90))).toEqual([
      [],
      [['due_soon', 1, 'prod/a']],
      [],
      [['overdue', 1, 'prod/a']],
      [],
      [],
    ]);
  });

  it('many at a time are one notice, which leads to their list', () => {
    const all = (left: number) =>
      outlook({ keys: Array.from({ length: 40 }, (_, at) => key(`k${at}`, left)) });
    expect(told(all(20), all(-1))[1]).toEqual([['overdue', 40, 'screen']]);
  });

  it('a key that is new, revoked or was put off is no news', () => {
    expect(
      told(
        outlook({ keys: [key('a', 2)] }),
        outlook({ keys: [key('a', 30), key('new', 3)] }),
        outlook({ keys: [key('a', -2, 'revoked'), key('new', 3)] }),
      ),
    ).toEqual([[], [], []]);
  });

  it('an overlap that stands still or lasts too long; one that goes its way is not worth a word', () => {
    const later = '2026-03-28T12:30:00Z';
    const open = rotation('r', { deadline_at: later });
    const stuck = rotation('r', { deadline_at: later, cause: { code: 'NETWORK' } });
    const late = rotation('s', { deadline_at: '2026-03-28T11:59:00Z' });
    expect(
      told(
        outlook({ rotations: [rotation('r')] }),
        outlook({ rotations: [open] }),
        outlook({ rotations: [stuck] }),
        outlook({ rotations: [stuck, late] }),
        outlook({ rotations: [stuck, late] }),
      ),
    ).toEqual([[], [], [['overlap', 1, 'screen']], [['overlap', 1, 'screen']], []]);
  });

  it('a batch that is over is told of at once, those put back apart', () => {
    const ended_at = '2026-03-28T11:59:00Z';
    const over = (id: string, state = 'done') => rotation(id, { ended_at, state });
    expect(
      told(
        outlook({ rotations: [rotation('a'), rotation('b'), rotation('c'), over('old')] }),
        outlook({ rotations: [over('a'), over('b'), over('c', 'rolled_back'), over('old')] }),
        outlook({ rotations: [over('a'), over('b'), over('c', 'rolled_back'), over('old'), over('quick')] }),
      ),
    ).toEqual([
      [],
      [
        ['rotated', 2, 'screen'],
        ['put_back', 1, 'screen'],
      ],
      [['rotated', 1, 'prod/quick']],
    ]);
  });

  it('a key that will run out of its limit, anew each time that it calms down in between', () => {
    const at = (seconds: number | null) => outlook({ limits: [limits('a', seconds)] });
    expect(told(at(null), at(18), at(9), at(null), at(30)).map((notices) => notices.length)).toEqual([
      0, 1, 0, 0, 1,
    ]);
  });

  it('whatever happens: the same look twice tells nothing, and no notice is empty', () => {
    const day = fc.integer({ min: -20, max: 20 });
    const looks = fc.record({
      keys: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), day).map(([name, left]) => key(name, left))),
      limits: fc.array(
        fc.tuple(fc.constantFrom('a', 'b'), fc.option(fc.nat(90))).map(([name, left]) => limits(name, left)),
      ),
      rotations: fc.array(
        fc
          .tuple(fc.constantFrom('r', 's'), fc.constantFrom(null, '2026-03-28T11:00:00Z'))
          .map(([id, ended_at]) => rotation(id, { ended_at })),
      ),
    });
    fc.assert(
      fc.property(fc.array(looks, { minLength: 1, maxLength: 6 }), (all) => {
        let memory: NoticeMemory | null = null;
        for (const look of all) {
          const first = noticesOf(memory, look, NOW);
          for (const { count } of first.notices) expect(count).toBeGreaterThan(0);
          expect(noticesOf(first.memory, look, NOW).notices).toEqual([]);
          memory = first.memory;
        }
      }),
    );
  });
});
