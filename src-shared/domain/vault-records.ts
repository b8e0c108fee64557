import type { APPROVALS, ENVIRONMENT_KINDS, KEY_MODES, KEY_STATUSES } from '../contract/views.ts';
import type { KeyTablePreferences } from '../contract/views/window.ts';
import type { PlatformDefinition } from './platform-definition.ts';

/**
 * The metadata that the vault keeps, by record kind. It is sealed and authenticated by the vault itself,
 * so what comes back is what was put in; fields are only ever added, and readers allow for their absence.
 */

export type KeyStatus = (typeof KEY_STATUSES)[number];
export type KeyMode = (typeof KEY_MODES)[number];
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];
export type Approval = (typeof APPROVALS)[number];

export interface LastCheck {
  readonly at: string;
  readonly outcome: string;
}

export interface KeyMeta {
  readonly name: string;
  readonly platform: string;
  readonly account: string | null;
  /** The account's tier, as the platform last said it. */
  readonly tier: string | null;
  readonly keyId: string | null;
  /** The name the platform lists the key under. */
  readonly platformName: string | null;
  readonly status: KeyStatus;
  readonly mode: KeyMode;
  readonly prefix: string;
  readonly fingerprint: string;
  /** Of values it had before, the newest first; absent in records of earlier versions. They tell a stale copy. */
  readonly previousFingerprints?: readonly string[];
  readonly variable: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly rotatedAt: string | null;
  /** null: the environment's period, or the default of 90 days. */
  readonly rotateEveryDays: number | null;
  readonly expiresAt: string | null;
  readonly owner: string | null;
  readonly project: string | null;
  readonly purpose: string | null;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly lastCheck: LastCheck | null;
}

export interface EnvironmentMeta {
  readonly name: string;
  readonly kind: EnvironmentKind;
  readonly approve: Approval;
  readonly rotateEveryDays: number | null;
  /** `HH:MM` local time, or null for off. */
  readonly autoRotateAt: string | null;
  /** At that hour a locked vault may be opened by its keychain slot; absent in records of earlier versions: it may not. */
  readonly autoRotateUnlocks?: boolean;
}

export interface PlatformMeta {
  readonly id: string;
  /** An imported definition; null for settings of a built-in platform. */
  readonly definition: PlatformDefinition | null;
  readonly baseUrl: string | null;
  /** Base URLs of single environments, by environment name. */
  readonly baseUrlByEnvironment: Readonly<Record<string, string>>;
  readonly tier: string | null;
  readonly firebaseSignInUrl: string | null;
  readonly firebaseTokenUrl: string | null;
  readonly egressEchoUrl: string | null;
  readonly caFile: string | null;
}

/** A person's sign-in; its value is both tokens. */
export interface SessionMeta {
  readonly platform: string;
  readonly email: string;
  readonly account: string | null;
  /** The addresses it was opened at; it is used at no others. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly signedInAt: string;
  /** Of the short-lived token, which is refreshed before. */
  readonly expiresAt: string;
}

/** Where a key is used, and how a new value gets there. */
export type DeploymentPlace =
  | { readonly kind: 'dotenv' | 'systemd'; readonly path: string; readonly variable: string }
  | {
      readonly kind: 'command';
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly give: 'stdin' | 'environment';
      readonly variable: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'process' };

export interface DeploymentMeta {
  /** The key's record, which stays the same when the key is rotated. */
  readonly keyId: string;
  readonly place: DeploymentPlace;
  readonly createdAt: string;
  /**
   * Fingerprint of the value that was seen there when the target was added, or was last given to it; null where there was
   * none. Another one than this, the old and the new means that somebody else changed it.
   */
  readonly fingerprint: string | null;
}

/** What the window remembers; one record of kind `setting`. */
export interface PreferencesMeta {
  readonly of: 'window';
  readonly keyTable: KeyTablePreferences | null;
  /** The calendar that is kept fresh. */
  readonly dueFeed: { readonly path: string; readonly withNames: boolean } | null;
}

/** A command that is started again and again; a record of kind `setting` each. */
export interface LaunchProfileMeta {
  readonly of: 'launch-profile';
  readonly name: string;
  /** Name of the environment. */
  readonly env: string;
  readonly command: readonly string[];
  /** null: the home folder. */
  readonly cwd: string | null;
  /** Names in that environment; none: all its active keys. */
  readonly keys: readonly string[];
  readonly watch: boolean;
}
