import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../../../src-shared/errors/codes.ts';
import type { PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import { type Asker, keyAsker } from '../../platforms/authentication.ts';
import { callOptions, withKeyValue } from '../../platforms/key-call.ts';
import { pause, PacedCalls } from '../../platforms/paced-calls.ts';
import { requireNotRotating } from '../../rotation/journal.ts';
import { changeKey, checkedNow } from '../key-change.ts';
import { addressOf, type KeyRecord } from '../key-directory.ts';

/** How long a revoked key may go on working before that is an error; the platforms name 10 s (Moltbook). */
const REVOCATION_TAKES_EFFECT_MS = 10_000;
const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 2000;

/** A leaked key does not wait for the rate limit of another: it can ask for its own end. */
const MOST_PATIENT_MS = 1000;
/** Revoking twice is the same as revoking once, so what got no answer is asked again. */
const WAITS_AFTER_UNCERTAIN_MS = [250, 1000];

const UNCERTAIN: ReadonlySet<ErrorCode> = new Set([
  'NETWORK',
  'TIMEOUT',
  'PLATFORM_ERROR',
  'PLATFORM_ANSWER',
]);
/** Refusals of the one who asks, which the key itself need not get. */
const OF_THE_ASKER: ReadonlySet<ErrorCode> = new Set([
  'KEY_REJECTED',
  'FORBIDDEN',
  'NOT_FOUND',
  'RATE_LIMITED',
]);

export interface Revocation {
  readonly target: PlatformTarget;
  readonly key: KeyRecord;
  readonly asker: Asker;
  /** The calls in the asker's name. */
  readonly paced: PacedCalls;
}

/** @throws {AppError} KEY_ID_UNKNOWN; ROTATION_UNFINISHED while a rotation says which of two keys it is */
export function requireKeyId(vault: OpenVault, key: KeyRecord): string {
  requireNotRotating(vault, key.id, 'revoked');
  const { keyId } = key.meta;
  if (keyId !== null) return keyId;
  throw new AppError(
    'KEY_ID_UNKNOWN',
    `The platform’s id of ${addressOf(vault, key)} is not known, so it cannot be named for revocation.`,
    'Run `keymolt sync` to find it, or give it with `keymolt key edit NAME --key-id ID`.',
  );
}

/**
 * Revokes a key on the platform, and believes it only when the key is refused. The caller makes the checkpoint.
 * @throws {AppError} KEY_ID_UNKNOWN, STILL_ALIVE when it still works afterwards, and what the platform's calls throw
 */
export async function revokeAndVerify(
  core: Core,
  call: Call,
  vault: OpenVault,
  revocation: Revocation,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { target, key } = revocation;
  const keyId = requireKeyId(vault, key);
  const asker = await revokeOnPlatform(core, vault, revocation, keyId, signal);
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
  core.rateLimits.forget(key.id);
  return revoked;
}

/** @returns who asked in the end */
async function revokeOnPlatform(
  core: Core,
  vault: OpenVault,
  { target, key, asker, paced }: Revocation,
  keyId: string,
  signal: AbortSignal,
): Promise<Asker> {
  const asked = { target, key, asker, paced };
  const itself = {
    ...asked,
    asker: keyAsker(vault, key),
    paced: new PacedCalls(core, { key, signal }),
  };
  const canAskItself = key.hasValue && asker.key?.id !== key.id;
  const inOrder = paced.waitMs > MOST_PATIENT_MS ? [itself, asked] : [asked, itself];
  let refusal: unknown;
  for (const each of canAskItself ? inOrder : [asked]) {
    try {
      await deleteKey(core, vault, each, keyId, signal);
      return each.asker;
    } catch (error) {
      if (!(error instanceof AppError) || !OF_THE_ASKER.has(error.code)) throw error;
      if (refusal === undefined || each === asked) refusal = error;
    }
  }
  throw refusal;
}

async function deleteKey(
  core: Core,
  vault: OpenVault,
  { target, key, asker, paced }: Revocation,
  keyId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const waitMs of [...WAITS_AFTER_UNCERTAIN_MS, null]) {
    try {
      await paced.call((options) =>
        asker.use((auth) => core.platforms.revokeKey(target, auth, keyId, { ...options, signal })),
      );
      return;
    } catch (error) {
      if (!(error instanceof AppError) || !UNCERTAIN.has(error.code)) throw error;
      // The answer was lost, but the key may be dead: it is the one to ask.
      if (await isRefused(core, vault, target, key, signal)) return;
      if (waitMs === null) throw error;
      await pause(waitMs, signal);
    }
  }
}

async function isRefused(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<boolean> {
  if (!key.hasValue || target.definition.calls.whoAmI === null) return false;
  try {
    await withKeyValue(vault, key, (auth) =>
      core.platforms.whoAmI(target, auth, { ...callOptions(core, key, signal), retries: 0 }),
    );
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
    return error.code === 'KEY_REJECTED';
  }
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
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_POLL_MS)) {
    if (await isRefused(core, vault, target, key, signal)) return;
    if (core.now() >= until) break;
    await pause(waitMs, signal);
  }
  throw new AppError(
    'STILL_ALIVE',
    `The platform took the revocation of ${addressOf(vault, key)}, but the key was not refused within ${REVOCATION_TAKES_EFFECT_MS / 1000} s.`,
    'Run `keymolt key revoke` again in a minute; if it stays so, use the platform’s console.',
  );
}
