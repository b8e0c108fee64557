import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import type { EnvironmentRecord } from '../keys/key-directory.ts';

/**
 * Whether the caller may be handed keys of this environment; a right passphrase in the request makes it so.
 * SECURITY: every way a value leaves the core goes through here (test/contract/use-cases.test.ts).
 * @throws {AppError} APPROVAL_REQUIRED, WRONG_PASSWORD
 */
export async function requireApproval(
  core: Core,
  call: Call,
  environment: EnvironmentRecord,
  passphrase: Secret | undefined,
): Promise<void> {
  const { approve, kind, name } = environment.meta;
  if (approve === 'never' || (approve === 'live' && kind === 'test')) return;
  if (core.grants.covers(call.process)) return;
  if (passphrase !== undefined) {
    await core.vault.checkPassphrase(passphrase);
    core.grants.grant(call.process, 'tree');
    return;
  }
  throw new AppError(
    'APPROVAL_REQUIRED',
    `Keys of ${name} are handed out after approval only, and this terminal or process has none.`,
    'Run `keymolt unlock` here, or `keymolt unlock --grant user` once for all your processes.',
  );
}
