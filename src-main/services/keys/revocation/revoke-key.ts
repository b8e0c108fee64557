import type { RequestOf, ResponseOf } from '../../../../src-shared/contract/channels.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import { findAsker, keyAsker } from '../../platforms/authentication.ts';
import { PacedCalls } from '../../platforms/paced-calls.ts';
import { platformTarget } from '../../platforms/platform-settings.ts';
import {
  addressOf,
  type EnvironmentRecord,
  keysIn,
  requireEnvironment,
  requireKey,
} from '../key-directory.ts';
import { viewOf } from '../key-view.ts';
import { revokeAndVerify, requireKeyId } from './revocation.ts';
import { type KeyInEnvironment, revokeSeveral } from './revoke-several.ts';

/** @throws {AppError} BAD_REQUEST unless the person typed the name of what is to go */
export function requireConfirmation(confirm: string, ...names: readonly string[]): void {
  if (names.includes(confirm)) return;
  throw new AppError(
    'BAD_REQUEST',
    'What was typed to confirm does not fit.',
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
  if (key.meta.status === 'revoked') return { schema: 1, key: viewOf(vault, key, core.now()), warnings: [] };
  requireKeyId(vault, key);
  const { signal } = call;
  const target = await platformTarget(core, vault, key.meta.platform, environment.meta.name);
  // A key that is revoked while it asks for its own end leaves no doubt only when another one asks.
  const asker = await findAsker(core, vault, target, environment, {
    except: key,
    account: key.meta.account,
  }).catch((error: unknown) => {
    const isAlone = error instanceof AppError && error.code === 'NO_AUTHENTICATION';
    if (isAlone && key.hasValue) return keyAsker(vault, key);
    throw error;
  });
  const paced = new PacedCalls(core, { key: asker.key, signal });
  const revoked = await revokeAndVerify(core, call, vault, { target, key, asker, paced }, signal);
  vault.checkpoint();
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
  requireConfirmation(request.confirm, environment.meta.name, request.env);
  return revokeChosen(core, call, vault, allOf(vault, environment), request.operation_id);
}

/**
 * Revokes keys by name; tells which are still alive, and why.
 * @throws {AppError} KEY_NOT_FOUND before any of them is touched
 */
export async function revokeManyKeys(
  core: Core,
  call: Call,
  request: RequestOf<'keys.revokeMany'>,
): Promise<ResponseOf<'keys.revokeMany'>> {
  const vault = core.vault.require();
  const chosen = new Map(
    request.keys.map((name) => {
      const found = requireKey(vault, name, request.env);
      return [found.key.id, found] as const;
    }),
  );
  requireConfirmation(request.confirm, String(request.keys.length));
  return revokeChosen(core, call, vault, [...chosen.values()], request.operation_id);
}

const allOf = (vault: OpenVault, environment: EnvironmentRecord): KeyInEnvironment[] =>
  keysIn(vault, environment.id).map((key) => ({ key, environment }));

async function revokeChosen(
  core: Core,
  call: Call,
  vault: OpenVault,
  chosen: readonly KeyInEnvironment[],
  operationId: string | undefined,
): Promise<ResponseOf<'keys.revokeAll'>> {
  const toRevoke = chosen.filter(({ key }) => key.meta.status !== 'revoked');
  const outcomes = await core.operations.run(operationId, call.signal, (signal, progress) =>
    revokeSeveral(core, call, vault, toRevoke, { signal, progress }),
  );
  return {
    schema: 1,
    revoked: outcomes.flatMap(({ address, problem }) => (problem === null ? [address] : [])),
    alive: outcomes.flatMap(({ address, problem }) =>
      problem === null ? [] : [{ key: address, why: `${problem.code}: ${problem.message}` }],
    ),
  };
}
