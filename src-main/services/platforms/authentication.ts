import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformAuth, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import {
  addressOf,
  environmentOf,
  type EnvironmentRecord,
  keysIn,
  type KeyRecord,
} from '../keys/key-directory.ts';
import { findSession, type SessionRecord } from '../sessions/session-records.ts';
import { withSession } from '../sessions/use-session.ts';
import { withKeyValue } from './key-call.ts';
import { isSandbox, platformTarget } from './platform-settings.ts';

/** Who asks the platform: a key of the vault, or the human session. */
export interface Asker {
  /** In words, for the audit log. */
  readonly label: string;
  /** The key whose limits the call counts against; undefined for a session. */
  readonly key: KeyRecord | undefined;
  /** The platform's id of the account it speaks for; null where nobody has asked yet. */
  readonly account: string | null;
  readonly use: <T>(work: (auth: PlatformAuth) => Promise<T>) => Promise<T>;
}

export const keyAsker = (vault: OpenVault, key: KeyRecord): Asker => ({
  label: `with ${addressOf(vault, key)}`,
  key,
  account: key.meta.account,
  use: (work) => withKeyValue(vault, key, work),
});

const sessionAsker = (
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  { id, meta }: SessionRecord,
): Asker => ({
  label: `as ${meta.email}`,
  key: undefined,
  account: meta.account,
  use: (work) => withSession(core, vault, target, id, work),
});

/**
 * Who may manage keys of this environment on this platform: the key that was named, else an active one, else the
 * human session (CLI.md, "key create").
 * @throws {AppError} NO_AUTHENTICATION, BAD_VALUE where the named key is used elsewhere
 */
export async function findAsker(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  environment: EnvironmentRecord,
  chosen: {
    readonly using?: KeyRecord | undefined;
    readonly except?: KeyRecord;
    /**
     * Whose keys the call is about, where that is known. SECURITY: a key or a session that is known to be of another account
     * is not asked: its list shows other keys, and what it makes belongs to somebody else (test/contract/sessions.test.ts).
     */
    readonly account?: string | null;
    /** Which keys may ask; all but `except` where it is not said. */
    readonly accepts?: (key: KeyRecord) => boolean;
  },
): Promise<Asker> {
  if (chosen.using !== undefined) {
    await requireOwnAddress(core, vault, chosen.using, target);
    return keyAsker(vault, chosen.using);
  }
  const { account = null } = chosen;
  const active = keysIn(vault, environment.id).find(
    (key) =>
      key.meta.platform === target.definition.id &&
      key.meta.status === 'active' &&
      key.hasValue &&
      key.id !== chosen.except?.id &&
      key.meta.lastCheck?.outcome !== 'KEY_REJECTED' &&
      mayBeOf(account, key.meta.account) &&
      chosen.accepts?.(key) !== false,
  );
  if (active !== undefined) return keyAsker(vault, active);
  const session = findSession(vault, target, environment, ({ meta }) => mayBeOf(account, meta.account));
  if (session !== undefined) return sessionAsker(core, vault, target, session);
  if (isSandbox(target.definition.id)) return sandboxOwner(core, target, environment);
  throw new AppError(
    'NO_AUTHENTICATION',
    `${environment.meta.name} has no active ${target.definition.name} key to ask with.`,
    'Add one you have with `keymolt key add`, name another with --using ENV/NAME, or sign in: `keymolt session sign-in --email E`.',
  );
}

/**
 * SECURITY: a key goes to where its own platform and environment are, whoever names it: another platform's definition, or the
 * address of another environment, is set without a passphrase as long as no live key is there (test/contract/use-cases/platforms.test.ts).
 */
async function requireOwnAddress(
  core: Core,
  vault: OpenVault,
  key: KeyRecord,
  target: PlatformTarget,
): Promise<void> {
  const address = addressOf(vault, key);
  if (key.meta.platform !== target.definition.id) {
    throw new AppError(
      'BAD_VALUE',
      `${address} is a key of ${key.meta.platform}, and goes to no other platform.`,
      `Name a key of ${target.definition.id}.`,
    );
  }
  const own = await platformTarget(core, vault, key.meta.platform, environmentOf(vault, key).meta.name);
  const [from, to] = [own.baseUrl, target.baseUrl].map((url) => new URL(url).origin);
  if (from === to) return;
  throw new AppError(
    'BAD_VALUE',
    `${address} is used at ${from}, and does not go to ${to}.`,
    'Name a key of the environment that the new one is for.',
  );
}

const mayBeOf = (wanted: string | null, known: string | null): boolean =>
  wanted === null || known === null || wanted === known;

/** The sandbox's built-in owner, signed in as a person would be. */
async function sandboxOwner(
  core: Core,
  target: PlatformTarget,
  environment: EnvironmentRecord,
): Promise<Asker> {
  const info = await core.sandbox.find();
  if (info === undefined)
    throw new AppError(
      'SANDBOX_UNAVAILABLE',
      'The sandbox platform is not running.',
      'Start it with `keymolt sandbox start`.',
    );
  const owner = info.owners[environment.meta.kind];
  return {
    label: `as ${owner.email}`,
    key: undefined,
    account: null,
    use: async (work) => {
      const session = await core.platforms.signIn(target, owner.email, owner.password);
      try {
        return await work({ kind: 'session', idToken: session.idToken });
      } finally {
        session.idToken.wipe();
        session.refreshToken.wipe();
      }
    },
  };
}
