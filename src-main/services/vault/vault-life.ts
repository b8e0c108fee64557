import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import { DEFAULT_ENVIRONMENTS } from '../../../src-shared/domain/names.ts';
import type { EnvironmentMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';

const MIN_PASSPHRASE_CHARACTERS = 8;

/** What every new passphrase must hold; strength beyond that is the person's choice. @throws {AppError} BAD_VALUE */
function requireUsablePassphrase(passphrase: Secret): void {
  const bytes = passphrase.expose();
  // A lower bound without turning the secret into a string: UTF-8 characters begin with any byte but 10xxxxxx.
  const characters = bytes.reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
  if (characters < MIN_PASSPHRASE_CHARACTERS) {
    throw new AppError(
      'BAD_VALUE',
      `The passphrase is shorter than ${MIN_PASSPHRASE_CHARACTERS} characters.`,
      'Four or five random words are easy to remember and hard to guess.',
    );
  }
}

/** @throws {AppError} VAULT_EXISTS, BAD_VALUE */
export async function createVault(
  core: Core,
  call: Call,
  passphrase: Secret,
): Promise<ResponseOf<'vault.create'>> {
  requireUsablePassphrase(passphrase);
  const recoveryCode = await core.vault.create(passphrase);
  return handOver(call, recoveryCode, () => {
    core.vault.require().transact((tx) => {
      for (const { name, kind } of DEFAULT_ENVIRONMENTS) {
        const meta: EnvironmentMeta = {
          name,
          kind,
          approve: 'live',
          rotateEveryDays: null,
          autoRotateAt: null,
        };
        tx.put({ kind: 'environment', environmentId: null, meta });
      }
      tx.audit({
        actor: call.actor,
        action: 'vault.create',
        subject: 'vault',
        detail: 'passphrase and recovery code',
      });
    });
    grantToCaller(core, call, 'tree');
  });
}

/** Hands a recovery code to who asked, once `work` is done; it is wiped where it could not be handed on. */
function handOver(call: Call, recoveryCode: Secret, work: () => void): ResponseOf<'vault.create'> {
  let isHandedOn = false;
  try {
    work();
    if (call.face === 'window') return { schema: 1, recovery_code: recoveryCode.expose().toString('utf8') };
    // SECURITY: as bytes, which are wiped once they are sent; text would stay in memory (test/cli/agent/secrets.test.ts).
    call.attach('recovery_code', recoveryCode);
    isHandedOn = true;
    return { schema: 1, recovery_code: null };
  } finally {
    if (!isHandedOn) recoveryCode.wipe();
  }
}

/** SECURITY: a window needs no grant, and one to “whoever the kernel did not name” would be one to everybody. */
const grantToCaller = (core: Core, call: Call, scope: 'tree' | 'user'): void => {
  if (call.face === 'socket') core.grants.grant(call.process, scope);
};

/** Unlocks and grants the caller access to keys that want approval. The secret is null for the keychain. */
export async function unlockVault(
  core: Core,
  call: Call,
  request: {
    with: 'passphrase' | 'keychain' | 'recovery';
    for_ms?: number | undefined;
    grant?: 'tree' | 'user' | undefined;
  },
  secret: Secret | undefined,
): Promise<ResponseOf<'vault.unlock'>> {
  const vault = await core.vault.unlock(request.with, secret, request.for_ms);
  grantToCaller(core, call, request.grant ?? 'tree');
  const warnings: string[] = [];
  if (vault.tamperFindings.length > 0) {
    warnings.push(
      `The vault was changed from outside: ${vault.tamperFindings.join('; ')}. Reading works; changes wait until you restore a backup or run \`keymolt audit accept\`.`,
    );
  } else {
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: 'vault.unlock',
        subject: 'vault',
        detail: `with ${request.with}`,
      }),
    );
  }
  if (vault.damagedIds.length > 0) {
    warnings.push(
      `${vault.damagedIds.length} damaged record(s) cannot be shown: ${vault.damagedIds.join(', ')}.`,
    );
  }
  if (request.with === 'recovery') {
    warnings.push('You came in with the recovery code. Set a new passphrase with `keymolt passwd`.');
  }
  return { schema: 1, warnings };
}

export function lockVault(core: Core): ResponseOf<'vault.lock'> {
  core.vault.lock('by_user');
  return { schema: 1, warnings: [] };
}

/** @throws {AppError} WRONG_PASSWORD, BAD_VALUE */
export async function changePassphrase(
  core: Core,
  call: Call,
  current: { is: 'passphrase' | 'recovery'; secret: Secret },
  next: Secret,
): Promise<ResponseOf<'vault.changePassphrase'>> {
  requireUsablePassphrase(next);
  await core.vault.changePassphrase({ with: current.is, secret: current.secret }, next);
  noteDone(core, call, 'vault.passphrase', 'passphrase changed');
  return { schema: 1, warnings: [] };
}

/**
 * Notes a new way to unlock, where the vault is open and takes entries. It holds already: refusing now would take a code
 * away that nobody has seen yet, or say of a passphrase that was changed that it was not.
 */
function noteDone(core: Core, call: Call, action: string, detail: string): void {
  const vault = core.vault.file.opened;
  if (vault === undefined || vault.tamperFindings.length > 0) return;
  try {
    vault.transact((tx) => tx.audit({ actor: call.actor, action, subject: 'vault', detail }));
  } catch (error) {
    core.log.error('audit.not_written', { action }, error);
  }
}

/**
 * SECURITY: with the passphrase, though the vault is open: a page or a process that was taken over must not give itself a
 * key that outlasts a change of the passphrase.
 * @throws {AppError} WRONG_PASSWORD, UNLOCK_BUSY
 */
export async function renewRecoveryCode(
  core: Core,
  call: Call,
  passphrase: Secret,
): Promise<ResponseOf<'vault.renewRecoveryCode'>> {
  const recoveryCode = await core.vault.renewRecoveryCode(passphrase);
  return handOver(call, recoveryCode, () =>
    noteDone(core, call, 'vault.recovery_code', 'new recovery code, the one before is void'),
  );
}

/** @throws {AppError} KEYCHAIN_UNAVAILABLE */
export async function setKeychain(
  core: Core,
  call: Call,
  enabled: boolean,
): Promise<ResponseOf<'vault.setKeychain'>> {
  await core.vault.setKeychain(enabled);
  core.vault.require().transact((tx) =>
    tx.audit({
      actor: call.actor,
      action: 'vault.keychain',
      subject: 'vault',
      detail: enabled ? 'slot added' : 'slot removed',
    }),
  );
  return { schema: 1, warnings: [] };
}
