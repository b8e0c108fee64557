import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import type { RateLimitObservation } from '../../src-shared/domain/limits/rate-limit-observation.ts';
import type { Secret } from '../vault/secret.ts';

/** Where and how to call one platform. */
export interface PlatformTarget {
  readonly definition: PlatformDefinition;
  /** https, or http to loopback; no trailing slash. */
  readonly baseUrl: string;
  /** A PEM file of further certificate authorities. */
  readonly caFile?: string;
  readonly firebase?: { readonly signInUrl: string; readonly tokenUrl: string };
}

/** One or the other: never both headers, because a platform then decides by Bearer alone. */
export type PlatformAuth =
  | { readonly kind: 'api-key'; readonly value: Secret }
  | { readonly kind: 'session'; readonly idToken: Secret };

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Told of every answer's rate-limit headers, refusals included. */
  readonly onRateLimit?: (observation: RateLimitObservation) => void;
  /** Told of every answer that says nothing of limits: a call was made all the same. */
  readonly onAnswer?: (at: number) => void;
  /** Told how far the platform's clock is ahead of ours (negative: behind), from each answer's Date header. Exact to about 1 s. */
  readonly onClockSkew?: (skewMs: number) => void;
  /** Default 3 for calls without side effects, 0 for others: a create that timed out may have happened. */
  readonly retries?: number;
  /** Of the whole call, its retries and waits included. Default 30,000. */
  readonly timeoutMs?: number;
}

export interface Account {
  readonly id: string | null;
  readonly name: string | null;
  readonly tier: string | null;
  /** The platform's own word, such as `PROVISIONAL`. */
  readonly status: string | null;
}

export interface ListedKey {
  readonly keyId: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt: string | null;
  readonly lastUsedAt: string | null;
  /** null where the platform says nothing of an end. */
  readonly expiresAt: string | null;
}

export interface CreatedKey extends ListedKey {
  /** Shown by the platform this once. */
  readonly value: Secret;
}

/** Of a cut-over platform: what takes the place of the key that asked. */
export type RegeneratedKey = Pick<CreatedKey, 'value' | 'expiresAt'>;

export interface HumanSession {
  readonly idToken: Secret;
  readonly refreshToken: Secret;
  readonly expiresInMs: number;
}

/**
 * The calls of an agent platform. All throw AppError: KEY_REJECTED (401), FORBIDDEN (403), NOT_FOUND (404),
 * RATE_LIMITED (429), NETWORK, TIMEOUT, TLS, REDIRECT_REFUSED, PLATFORM_ERROR (5xx), PLATFORM_ANSWER (not what the
 * definition says), CANCELLED, BAD_PLATFORM (the definition has no path for this call). No error carries a header or a value.
 * `details` of an error has `status` (HTTP), `detail` (the platform's own text, redacted, at most 200 characters), `reason`
 * (a Cause, src-shared/domain/cause.ts), `retry_after_ms` (429), each where known; without an answer `may_have_happened`
 * says whether the request may have reached the platform; a create answered without a value has `key_id`.
 */
export interface PlatformClient {
  whoAmI(target: PlatformTarget, auth: PlatformAuth, options?: CallOptions): Promise<Account>;
  listKeys(target: PlatformTarget, auth: PlatformAuth, options?: CallOptions): Promise<readonly ListedKey[]>;
  createKey(
    target: PlatformTarget,
    auth: PlatformAuth,
    wanted: { readonly name: string; readonly description?: string },
    options?: CallOptions,
  ): Promise<CreatedKey>;
  /** Ends the key that asks. @returns the one in its place */
  regenerateKey(target: PlatformTarget, auth: PlatformAuth, options?: CallOptions): Promise<RegeneratedKey>;
  revokeKey(target: PlatformTarget, auth: PlatformAuth, keyId: string, options?: CallOptions): Promise<void>;
  signIn(
    target: PlatformTarget,
    email: string,
    password: Secret,
    options?: CallOptions,
  ): Promise<HumanSession>;
  refreshSession(target: PlatformTarget, refreshToken: Secret, options?: CallOptions): Promise<HumanSession>;
  /**
   * Any call of the platform, for the diagnosis. `path` is relative to the base URL; a method with a body gets an empty one.
   * @returns the status of an answer of 2xx
   * @throws {AppError} as the others; BAD_URL where the path is no plain one
   */
  call(
    target: PlatformTarget,
    auth: PlatformAuth,
    wanted: { readonly method: string; readonly path: string },
    options?: CallOptions,
  ): Promise<number>;
  /** Ends connections and open calls. */
  close(): Promise<void>;
}
