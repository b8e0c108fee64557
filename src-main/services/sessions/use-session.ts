import type { SessionMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformAuth, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { packTokens, type SessionRecord, unpackTokens } from './session-records.ts';

/** Before a token ends: a call that takes its time must not arrive with one that is over. */
const REFRESHED_BEFORE_MS = 300_000;

/** Refreshing twice at once would leave two tokens, of which the vault keeps the one that may be over. */
const running = new WeakMap<OpenVault, Map<RecordId, Promise<void>>>();

/**
 * Calls with the session's token, which is refreshed first where it is nearly over, and once where the platform refuses it.
 * @throws {AppError} KEY_REJECTED where the session is over, and what `work` throws
 */
export async function withSession<T>(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  id: RecordId,
  work: (auth: PlatformAuth) => Promise<T>,
): Promise<T> {
  const isFresh = ({ meta }: SessionRecord): boolean =>
    Date.parse(meta.expiresAt) - core.now() > REFRESHED_BEFORE_MS;
  if (!isFresh(requireSession(vault, id))) await refresh(core, vault, target, id);
  try {
    return await call(vault, id, work);
  } catch (error) {
    // Refused before anything happened. Our clock may be wrong, or the platform ended the token early.
    if (!(error instanceof AppError) || error.code !== 'KEY_REJECTED') throw error;
    await refresh(core, vault, target, id);
    return call(vault, id, work);
  }
}

async function call<T>(vault: OpenVault, id: RecordId, work: (auth: PlatformAuth) => Promise<T>): Promise<T> {
  const { idToken, refreshToken } = unpackTokens(vault.openValue(id));
  refreshToken.wipe();
  try {
    return await work({ kind: 'session', idToken });
  } finally {
    idToken.wipe();
  }
}

async function refresh(core: Core, vault: OpenVault, target: PlatformTarget, id: RecordId): Promise<void> {
  const ofVault = running.get(vault) ?? new Map<RecordId, Promise<void>>();
  running.set(vault, ofVault);
  const already = ofVault.get(id);
  if (already !== undefined) return already;
  const mine = refreshNow(core, vault, target, id).finally(() => ofVault.delete(id));
  ofVault.set(id, mine);
  return mine;
}

async function refreshNow(core: Core, vault: OpenVault, target: PlatformTarget, id: RecordId): Promise<void> {
  const { idToken, refreshToken } = unpackTokens(vault.openValue(id));
  idToken.wipe();
  try {
    const next = await core.platforms.refreshSession(target, refreshToken);
    const packed = packTokens(next);
    const { environmentId, meta } = requireSession(vault, id);
    const expiresAt = new Date(core.now() + next.expiresInMs).toISOString();
    wipeAll(next.idToken, next.refreshToken);
    try {
      vault.transact((tx) =>
        tx.put({
          id,
          kind: 'session',
          environmentId,
          meta: { ...meta, expiresAt } satisfies SessionMeta,
          value: packed,
        }),
      );
    } finally {
      packed.wipe();
    }
  } finally {
    refreshToken.wipe();
  }
}

const wipeAll = (...secrets: readonly Secret[]): void => {
  for (const secret of secrets) secret.wipe();
};

function requireSession(vault: OpenVault, id: RecordId): SessionRecord {
  const found = vault.find(id);
  if (found?.kind === 'session') return found as SessionRecord;
  throw new AppError(
    'KEY_REJECTED',
    'The session was ended.',
    'Sign in again: `keymolt session sign-in --email E`.',
  );
}
