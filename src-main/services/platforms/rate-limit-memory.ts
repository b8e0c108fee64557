import { type ActionLimit, ActionUse } from '../../../src-shared/domain/limits/action-limits.ts';
import { KeyHeadroom } from '../../../src-shared/domain/limits/headroom.ts';
import type { RateLimitObservation } from '../../../src-shared/domain/limits/rate-limit-observation.ts';
import type { RecordId } from '../../vault/ports.ts';

const PROBE_EVERY_MS = 60_000;
/** A key whose last answer is older is idle. */
const IDLE_AFTER_MS = 300_000;
/** Our own probes must not make a key look used: after so many that nobody else's call came between, they end. */
const MOST_PROBES = 5;
const PROBE_ANSWER_MS = 15_000;

/** All that is known of a key's limits beyond what is documented. */
export interface SeenOfKey {
  readonly observations: readonly RateLimitObservation[];
  readonly headroom: KeyHeadroom | undefined;
  readonly actionUse: ActionUse | undefined;
}

/** The last rate-limit answers of each key, in memory: they are stale within minutes, and writing them would churn the vault. */
export class RateLimitMemory {
  readonly #byKey = new Map<RecordId, ReadonlyMap<string, RateLimitObservation>>();

  readonly #actions = new Map<RecordId, ActionUse>();
  readonly #headroom = new Map<RecordId, KeyHeadroom>();
  readonly #probes = new Map<RecordId, { readonly at: number; readonly inARow: number }>();

  observe(key: RecordId, observation: RateLimitObservation): void {
    this.#headroomFor(key).observe(observation);
    this.#byKey.set(key, new Map(this.#byKey.get(key)).set(observation.window ?? '', observation));
  }

  /** An answer that said nothing of limits. */
  answered(key: RecordId, at: number): void {
    this.#headroomFor(key).answered(at);
  }

  #headroomFor(key: RecordId): KeyHeadroom {
    const known = this.#headroom.get(key);
    if (known !== undefined) return known;
    const fresh = new KeyHeadroom();
    this.#headroom.set(key, fresh);
    return fresh;
  }

  /** A limited action went through, or was refused for `retryAfterMs`. */
  acted(key: RecordId, action: ActionLimit, place: string, at: number, retryAfterMs: number | null): void {
    const use = this.#actions.get(key) ?? new ActionUse();
    use.note(action, place, at, retryAfterMs);
    this.#actions.set(key, use);
  }

  actionUseOf(key: RecordId): ActionUse | undefined {
    return this.#actions.get(key);
  }

  headroomOf(key: RecordId): KeyHeadroom | undefined {
    return this.#headroom.get(key);
  }

  /**
   * Whether a call for the sake of its headers is due: at most one a minute and key, and none for a key that nobody uses.
   * Says yes once: who asks makes the call.
   */
  takeProbe(key: RecordId, now: number): boolean {
    const lastAt = this.#headroom.get(key)?.lastAt ?? null;
    const before = this.#probes.get(key);
    const sinceProbeMs = now - (before?.at ?? Number.NEGATIVE_INFINITY);
    if (lastAt === null || now - lastAt < PROBE_EVERY_MS || sinceProbeMs < PROBE_EVERY_MS) return false;
    // An answer soon after a probe is the probe's own: only a later one shows that somebody else uses the key.
    const isUsed = before === undefined || lastAt > before.at + PROBE_ANSWER_MS;
    const inARow = isUsed ? 0 : before.inARow;
    if (inARow >= MOST_PROBES || (isUsed && now - lastAt > IDLE_AFTER_MS)) return false;
    this.#probes.set(key, { at: now, inARow: inARow + 1 });
    return true;
  }

  /** @returns undefined where nothing was seen of a key and nothing was done with it */
  seenOf(key: RecordId): SeenOfKey | undefined {
    const headroom = this.headroomOf(key);
    const actionUse = this.actionUseOf(key);
    return this.#byKey.has(key) || headroom !== undefined || actionUse !== undefined
      ? { observations: this.lastOf(key), headroom, actionUse }
      : undefined;
  }

  /** The newest observation of each window. */
  lastOf(key: RecordId): readonly RateLimitObservation[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  forget(key: RecordId): void {
    this.#byKey.delete(key);
    this.#headroom.delete(key);
    this.#actions.delete(key);
    this.#probes.delete(key);
  }
}
