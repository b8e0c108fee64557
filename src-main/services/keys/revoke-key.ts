import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { findAsker, keyAsker } from '../platforms/authentication.ts';
import { callOptions, withKeyValue } from '../platforms/key-call.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import { changeKey, checkedNow } from './key-change.ts';
import {
  addressOf,
  type EnvironmentRecord,
  keysIn,
  type KeyRecord,
  requireEnvironment,
  requireKey,
  requireKeyById,
} from './key-directory.ts';
import { viewOf } from './key-view.ts';

/** How long a revoked key may go on working before that is an error; the platforms name 10 s (Moltbook). */
const REVOCATION_TAKES_EFFECT_MS = 10_000;
const FIRST_POLL_MS = 250;

/** @throws {AppError} BAD_REQUEST unless the person typed the name of what is to go */
function requireConfirmation(confirm: string, ...names: readonly string[]): void {
  if (names.includes(confirm)) return;
  throw new AppError(
    'BAD_REQUEST',
    'The name typed to confirm is not the key’s.',
    `Type ${names[0] ?? 'it'} exactly.`,
  );
}

/**
 * Revokes a key on the platform, and believes it only when the key is refused.
 * @throws {AppError} KEY_ID_UNKNOWN, STILL_ALIVE when it still works afterwards, and what the platform's calls throw
 */
export async function revokeKey(
  core: Core,
  call: Call,
  request: RequestOf<'keys.revoke'>,
): Promise<ResponseOf<'keys.revoke'>> {
  const vault = core.vault.require();
  const { key, environment } = requireKey(vault, request.key, request.env);
  requireConfirmation(request.confirm, key.meta.name, addressOf(vault, key));
  const revoked = await revokeOne(core, call, vault, key, environment, call.signal);
  return { schema: 1, key: viewOf(vault, revoked, core.now()), warnings: [] };
}

/** Revokes every key of an environment that is not revoked yet; tells which are still alive, and why. */
export async function revokeAllKeys(
  core: Core,
  call: Call,
  request: RequestOf<'keys.revokeAll'>,
): Promise<ResponseOf<'keys.revokeAll'>> {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, request.env);
  requireConfirmation(request.confirm, environment.meta.name);
  const revoked: string[] = [];
  const alive: { key: string; why: string }[] = [];
  const keys = keysIn(vault, environment.id).filter(({ meta }) => meta.status !== 'revoked');
  await core.operations.run(request.operation_id, call.signal, async (signal) => {
    for (const [index, key] of keys.entries()) {
      const address = addressOf(vault, key);
      try {
        await revokeOne(core, call, vault, key, environment, signal);
        revoked.push(address);
      } catch (error) {
        alive.push({
          key: address,
          why: error instanceof AppError ? `${error.code}: ${error.message}` : 'an error of our own',
        });
        if (!(error instanceof AppError)) throw error;
      }
      if (request.operation_id !== undefined) {
        core.emit('operationProgress', {
          operation_id: request.operation_id,
          done: index + 1,
          total: keys.length,
          what: address,
        });
      }
    }
  });
  return { schema: 1, revoked, alive };
}

async function revokeOne(
  core: Core,
  call: Call,
  vault: OpenVault,
  key: KeyRecord,
  environment: EnvironmentRecord,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { keyId } = key.meta;
  if (key.meta.status === 'revoked') return key;
  if (keyId === null) {
    throw new AppError(
      'KEY_ID_UNKNOWN',
      `The platform’s id of ${addressOf(vault, key)} is not known, so it cannot be named for revocation.`,
      'Run `keymolt sync` to find it, or give it with `keymolt key edit NAME --key-id ID`.',
    );
  }
  const target = await platformTarget(core, vault, key.meta.platform, environment.meta.name);
  // A key that is revoked while it asks for its own end leaves no doubt only when another one asks.
  const asker = await findAsker(core, vault, target, environment, { except: key }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NO_AUTHENTICATION') return keyAsker(vault, key);
    throw error;
  });
  await asker.use((auth) =>
    core.platforms.revokeKey(target, auth, keyId, callOptions(core, asker.key, signal)),
  );
  await verifyRefused(core, vault, target, key, signal);
  const revoked = changeKey(
    core,
    vault,
    key,
    { status: 'revoked', lastCheck: checkedNow(core, 'KEY_REJECTED') },
    {
      value: null,
      audit: {
        actor: call.actor,
        action: 'key.revoke',
        subject: addressOf(vault, key),
        detail: `key id ${keyId}, ${asker.label}; refused when asked again`,
      },
    },
  );
  vault.checkpoint();
  core.rateLimits.forget(key.id);
  return revoked;
}

async function verifyRefused(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<void> {
  if (!key.hasValue || target.definition.calls.whoAmI === null) return;
  const until = core.now() + REVOCATION_TAKES_EFFECT_MS;
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      await withKeyValue(vault, key, (auth) =>
        core.platforms.whoAmI(target, auth, { ...callOptions(core, key, signal), retries: 0 }),
      );
    } catch (error) {
      if (error instanceof AppError && error.code === 'KEY_REJECTED') return;
      if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
    }
    if (core.now() >= until) break;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new AppError(
    'STILL_ALIVE',
    `The platform took the revocation of ${addressOf(vault, key)}, but the key was not refused within ${REVOCATION_TAKES_EFFECT_MS / 1000} s.`,
    'Run `keymolt key revoke` again in a minute; if it stays so, use the platform’s console.',
  );
}

/** Takes a key out of the vault; the platform is not told. */
export function forgetKey(
  core: Core,
  call: Call,
  request: RequestOf<'keys.forget'>,
): ResponseOf<'keys.forget'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const address = addressOf(vault, key);
  requireConfirmation(request.confirm, key.meta.name, address);
  const stillWorks = requireKeyById(vault, key.id).meta.status !== 'revoked';
  vault.transact((tx) => {
    tx.remove(key.id);
    tx.audit({
      actor: call.actor,
      action: 'key.forget',
      subject: address,
      detail: stillWorks ? 'not revoked on the platform' : 'was revoked',
    });
  });
  vault.checkpoint();
  core.rateLimits.forget(key.id);
  core.emit('dataChanged', { what: 'keys' });
  return {
    schema: 1,
    warnings: stillWorks ? [`${address} was not revoked: whoever has its value can still use it.`] : [],
  };
}
