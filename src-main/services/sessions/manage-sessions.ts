import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { SessionView } from '../../../src-shared/contract/views.ts';
import type { SessionMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { HumanSession, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { DEFAULT_ENVIRONMENT, environmentsOf, requireEnvironment } from '../keys/key-directory.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import { packTokens, type SessionRecord, sessionsOf } from './session-records.ts';

/** The one real platform that people sign in to. */
const DEFAULT_PLATFORM = 'den-hosting';

const toView = (vault: OpenVault, { environmentId, meta }: SessionRecord): SessionView => ({
  platform: meta.platform,
  env: environmentsOf(vault).find(({ id }) => id === environmentId)?.meta.name ?? null,
  email: meta.email,
  account: meta.account,
  signed_in_at: meta.signedInAt,
  expires_at: meta.expiresAt,
});

/**
 * Signs a person in and keeps the tokens in the vault; the password is used once and kept nowhere.
 * @throws {AppError} KEY_REJECTED for a wrong password, BAD_PLATFORM where people cannot sign in, and what the calls throw
 */
export async function signIn(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'sessions.signIn'>, 'password'>,
  password: Secret,
): Promise<ResponseOf<'sessions.signIn'>> {
  const vault = core.vault.require();
  const { email } = request;
  const environment = request.env === undefined ? undefined : requireEnvironment(vault, request.env);
  const env = environment?.meta.name ?? DEFAULT_ENVIRONMENT;
  const target = await platformTarget(core, vault, request.platform ?? DEFAULT_PLATFORM, env);
  const session = await core.operations.run(request.operation_id, call.signal, (signal) =>
    core.platforms.signIn(target, email, password, { signal }),
  );
  try {
    const account = await accountOf(core, call, target, session);
    const now = core.now();
    const meta: SessionMeta = {
      platform: target.definition.id,
      email,
      account,
      baseUrl: target.baseUrl,
      tokenUrl: target.firebase?.tokenUrl ?? '',
      signedInAt: new Date(now).toISOString(),
      expiresAt: new Date(now + session.expiresInMs).toISOString(),
    };
    const environmentId = environment?.id ?? null;
    // One for each platform and environment: signing in as somebody else takes the place of the one before.
    const before = sessionsOf(vault).find(
      (one) => one.meta.platform === meta.platform && one.environmentId === environmentId,
    );
    const packed = packTokens(session);
    try {
      vault.transact((tx) => {
        if (before !== undefined) tx.remove(before.id);
        tx.put({ kind: 'session', environmentId, meta, value: packed });
        tx.audit({
          actor: call.actor,
          action: 'session.sign_in',
          subject: meta.platform,
          detail: `${email}, for ${environment?.meta.name ?? 'all environments'}`,
        });
      });
    } finally {
      packed.wipe();
    }
    if (before !== undefined) vault.checkpoint();
    core.emit('dataChanged', { what: 'platforms' });
    return { schema: 1, session: toView(vault, { environmentId, meta } as SessionRecord) };
  } finally {
    session.idToken.wipe();
    session.refreshToken.wipe();
  }
}

/** Whose session it is. That the platform takes it is worth knowing at once. */
async function accountOf(
  core: Core,
  call: Call,
  target: PlatformTarget,
  { idToken }: HumanSession,
): Promise<string | null> {
  if (target.definition.calls.whoAmI === null) return null;
  const auth = { kind: 'session', idToken } as const;
  return (await core.platforms.whoAmI(target, auth, { signal: call.signal, retries: 1 })).id;
}

export function listSessions(core: Core): ResponseOf<'sessions.list'> {
  const vault = core.vault.require();
  return { schema: 1, sessions: sessionsOf(vault).map((record) => toView(vault, record)) };
}

/** Takes the tokens out of the vault: all, or those that fit. @throws {AppError} NOT_FOUND where none does */
export function signOut(
  core: Core,
  call: Call,
  request: RequestOf<'sessions.signOut'>,
): ResponseOf<'sessions.signOut'> {
  const vault = core.vault.require();
  const environmentId = request.env === undefined ? undefined : requireEnvironment(vault, request.env).id;
  const fitting = sessionsOf(vault).filter(
    ({ meta, environmentId: of }) =>
      (request.platform === undefined || meta.platform === request.platform) &&
      (environmentId === undefined || of === environmentId) &&
      (request.of_all_environments !== true || of === null) &&
      (request.email === undefined || meta.email === request.email),
  );
  if (fitting.length === 0) {
    throw new AppError('NOT_FOUND', 'Nobody is signed in there.', '`keymolt session list` shows who is.');
  }
  const sessions = fitting.map((record) => toView(vault, record));
  vault.transact((tx) => {
    for (const { id, meta } of fitting) {
      tx.remove(id);
      tx.audit({
        actor: call.actor,
        action: 'session.sign_out',
        subject: meta.platform,
        detail: meta.email,
      });
    }
  });
  vault.checkpoint();
  core.emit('dataChanged', { what: 'platforms' });
  return { schema: 1, sessions };
}
