import type { RateLimitObservation } from '../../../src-shared/domain/rate-limit.ts';
import type { RecordId } from '../../vault/ports.ts';

/** The last rate-limit answers of each key, in memory: they are stale within minutes, and writing them would churn the vault. */
export class RateLimitMemory {
  readonly #byKey = new Map<RecordId, ReadonlyMap<string, RateLimitObservation>>();

  observe(key: RecordId, observation: RateLimitObservation): void {
    this.#byKey.set(key, new Map(this.#byKey.get(key)).set(observation.window ?? '', observation));
  }

  /** The newest observation of each window. */
  lastOf(key: RecordId): readonly RateLimitObservation[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  forget(key: RecordId): void {
    this.#byKey.delete(key);
  }
}
