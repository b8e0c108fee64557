import { describe, expect, it } from 'vitest';
import { firstStepsOf } from '../../../src-renderer/features/first-run/first-steps.ts';
import {
  DRILL_PURPOSE,
  drillKeyOf,
  drillName,
  drillStepOf,
} from '../../../src-renderer/features/tour/drill.ts';
import { fakeKey } from '../../support/fake-core/data.ts';

const NOW = 1_700_000_000_000;
const key = (change: Parameters<typeof fakeKey>[0]) => fakeKey(change, NOW);

describe('first steps', () => {
  const done = (...args: Parameters<typeof firstStepsOf>) =>
    firstStepsOf(...args)
      ?.filter(({ isDone }) => isDone)
      .map(({ id }) => id);

  it('are read off the vault, whatever way a person went', () => {
    const fresh = { name: 'a', last_used_at: null };
    expect(done([], false)).toEqual([]);
    expect(done([key(fresh)], false)).toEqual(['key']);
    expect(done([key(fresh)], true)).toEqual(['key', 'run']);
    expect(done([key({ name: 'a', last_check: { at: '', outcome: 'ok' } })], false)).toEqual([
      'key',
      'works',
      'run',
    ]);
    expect(done([key({ ...fresh, status: 'revoked' })], false)).toEqual(['key', 'rehearsal']);
  });

  it('end when all are done, or when there are many keys', () => {
    const all = key({ name: 'a', last_check: { at: '', outcome: 'ok' }, rotated_at: '2026-01-01T00:00:00Z' });
    expect(firstStepsOf([all], false)).toBeNull();
    expect(
      firstStepsOf(
        Array.from({ length: 5 }, () => key({ name: 'a' })),
        false,
      ),
    ).toBeNull();
  });
});

describe('the rehearsal', () => {
  const drill = { env: 'dev', platform: 'sandbox-hosting', purpose: DRILL_PURPOSE };

  it('goes on from what its key says', () => {
    expect(drillStepOf(undefined, false)).toBe('create');
    const fresh = key({ name: 'rehearsal-key', ...drill });
    expect(drillStepOf(fresh, false)).toBe('test');
    expect(drillStepOf(fresh, true)).toBe('rotate');
    expect(drillStepOf({ ...fresh, rotated_at: '2026-01-01T00:00:00Z' }, false)).toBe('leak');
    expect(drillStepOf({ ...fresh, status: 'revoked' }, false)).toBe('look');
  });

  it('touches no key but its own', () => {
    const mine = key({ name: 'rehearsal-key', ...drill, platform: 'den-hosting' });
    const live = key({ name: 'rehearsal-key', ...drill, env: 'prod' });
    expect(drillKeyOf([mine, live, key({ name: 'x', platform: 'sandbox-hosting' })])).toBeUndefined();
    expect(drillName([mine, live])).toBe('rehearsal-key-2');
  });
});
