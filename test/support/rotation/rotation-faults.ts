import fc from 'fast-check';

/** What may go wrong with a rotation, as data: a property test makes it up. */

/** What goes wrong with one call to the platform. */
export type CallFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: string;
      readonly afterEffect?: boolean;
    }
  | { readonly kind: 'reset' | 'timeout' | 'html' | 'half_json' | 'redirect'; readonly afterEffect: boolean }
  /** The answer of a create without its value, or with one that is none. */
  | { readonly kind: 'no_value' | 'odd_value' }
  /** The request is carried out when two more have come. */
  | { readonly kind: 'late' }
  | { readonly kind: 'kill'; readonly afterEffect: boolean };

/**
 * What goes wrong with one target: an error before or after it has the value, or the process is killed before or after.
 */
export type DeployFault =
  | 'READ_ONLY'
  | 'DISK_FULL'
  | 'FILE_NOT_FOUND'
  | 'TARGET_CHANGED'
  | 'fails_changed'
  /** Somebody puts the old value back at once. */
  | 'undone'
  | 'kill_before'
  | 'kill_after';

export interface Schedule {
  /** By number of the call to the platform, from 0. */
  readonly calls: ReadonlyMap<number, CallFault>;
  /** By number of the write to the vault: the process is killed, or the disk is full. */
  readonly writes: ReadonlyMap<number, 'kill_before' | 'kill_after' | 'disk_full'>;
  /** By number of the call: what else happens just before it. */
  readonly meanwhile: ReadonlyMap<
    number,
    'lock' | 'day_ahead' | 'day_back' | 'foreign_key' | 'abort' | 'old_ends' | 'new_ends'
  >;
  /** By number of the attempt to bring a target up. */
  readonly deploys: ReadonlyMap<number, DeployFault>;
  /** With `cutover` the platform has one key at a time, which a person regenerates. */
  readonly strategy: 'overlap' | 'cutover';
  /** The definition of the cut-over platform names a call that regenerates the key. */
  readonly regenerates: boolean;
  /** The platform says of a key that it makes when that ends by itself. */
  readonly newKeyEndsAt?: string;
  /** The platform's list says of no key when it was used. */
  readonly hidesUse?: boolean;
  /** A new key is refused for so long after it was made. */
  readonly startsLateMs: number;
  /** A revoked key goes on working for so long. */
  readonly revocationDelayMs: number;
  readonly targets: number;
}

export const NO_FAULTS: Schedule = {
  calls: new Map(),
  writes: new Map(),
  meanwhile: new Map(),
  deploys: new Map(),
  strategy: 'overlap',
  regenerates: false,
  startsLateMs: 0,
  revocationDelayMs: 0,
  targets: 1,
};

export const CALL_FAULTS: readonly CallFault[] = [
  ...[401, 403, 404, 409, 429, 500, 503].map((status): CallFault => ({ kind: 'status', status })),
  { kind: 'status', status: 429, retryAfter: '7' },
  { kind: 'status', status: 429, retryAfter: '100000' },
  { kind: 'status', status: 500, afterEffect: true },
  ...(['reset', 'timeout', 'html', 'half_json', 'redirect'] as const).flatMap((kind): CallFault[] => [
    { kind, afterEffect: false },
    { kind, afterEffect: true },
  ]),
  { kind: 'no_value' },
  { kind: 'odd_value' },
  { kind: 'late' },
  { kind: 'kill', afterEffect: false },
  { kind: 'kill', afterEffect: true },
];

export const DEPLOY_FAULTS: readonly DeployFault[] = [
  'READ_ONLY',
  'DISK_FULL',
  'FILE_NOT_FOUND',
  'TARGET_CHANGED',
  'fails_changed',
  'kill_before',
  'kill_after',
];

/** Any of them, at any time, in any order. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  calls: fc
    .array(fc.tuple(fc.nat({ max: 30 }), fc.constantFrom(...CALL_FAULTS)), { maxLength: 6 })
    .map((all) => new Map(all)),
  writes: fc
    .array(fc.tuple(fc.nat({ max: 40 }), fc.constantFrom('kill_before', 'kill_after', 'disk_full')), {
      maxLength: 3,
    })
    .map((all) => new Map(all)),
  meanwhile: fc
    .array(
      fc.tuple(fc.nat({ max: 30 }), fc.constantFrom('lock', 'day_ahead', 'day_back', 'foreign_key', 'abort')),
      { maxLength: 3 },
    )
    .map((all) => new Map(all)),
  deploys: fc
    .array(fc.tuple(fc.nat({ max: 6 }), fc.constantFrom(...DEPLOY_FAULTS)), { maxLength: 3 })
    .map((all) => new Map(all)),
  strategy: fc.constant('overlap' as const),
  regenerates: fc.boolean(),
  startsLateMs: fc.constantFrom(0, 0, 0, 5000),
  revocationDelayMs: fc.constantFrom(0, 0, 0, 9000),
  targets: fc.nat({ max: 3 }),
});
