import type { KeyView } from '../../../src-shared/contract/views.ts';

/** By which the rehearsal finds its key again: it can be left at any step, and goes on from what the vault says. */
export const DRILL_PURPOSE = 'Rehearsal on the sandbox';
export const DRILL_ENV = 'dev';
export const DRILL_PLATFORM = 'sandbox-hosting';

export const DRILL_STEPS = ['create', 'test', 'rotate', 'leak', 'look'] as const;
export type DrillStep = (typeof DRILL_STEPS)[number];

type Told = Pick<
  KeyView,
  'name' | 'env' | 'platform' | 'purpose' | 'status' | 'last_check' | 'rotated_at' | 'created_at'
>;

/** The newest key of a rehearsal that is not over. */
export const drillKeyOf = <K extends Told>(keys: readonly K[]): K | undefined =>
  keys
    .filter(
      ({ env, platform, purpose }) =>
        env === DRILL_ENV && platform === DRILL_PLATFORM && purpose === DRILL_PURPOSE,
    )
    .toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];

/** Where the rehearsal is, from what is known of its key. */
export const drillStepOf = (key: Told | undefined, hasAsked: boolean): DrillStep => {
  if (key === undefined) return 'create';
  if (key.status === 'revoked') return 'look';
  if (key.rotated_at !== null) return 'leak';
  // A key that the platform made is looked at when it is made; that the person asked is what counts here.
  return hasAsked ? 'rotate' : 'test';
};

/** A name for another rehearsal's key, free among those of its environment. */
export const drillName = (keys: readonly Pick<KeyView, 'name' | 'env'>[]): string => {
  const taken = new Set(keys.filter(({ env }) => env === DRILL_ENV).map(({ name }) => name));
  let name = 'rehearsal-key';
  for (let number = 2; taken.has(name); number += 1) name = `rehearsal-key-${number}`;
  return name;
};
