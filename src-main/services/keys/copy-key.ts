import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { addressOf, requireKey } from './key-directory.ts';

export const CLIPBOARD_CLEARS_IN_MS = 30_000;

/**
 * Puts a value on the clipboard from within the core; the page never sees it. Cleared after 30 s unless something
 * else was copied meanwhile.
 * @throws {AppError} CLIPBOARD_UNAVAILABLE, KEY_NOT_FOUND
 */
export async function copyKey(
  core: Core,
  call: Call,
  request: RequestOf<'keys.copy'>,
): Promise<ResponseOf<'keys.copy'>> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const value = vault.openValue(key.id);
  // The clearing compares with what it wrote, so it keeps a copy of its own until then.
  const kept = Secret.adopt(Buffer.from(value.expose()));
  let isConcealed: boolean;
  try {
    isConcealed = await core.clipboard.write(value);
  } catch (error) {
    kept.wipe();
    throw error;
  } finally {
    value.wipe();
  }
  if (vault.tamperFindings.length === 0) {
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: 'secret.copy',
        subject: addressOf(vault, key),
        detail: 'to the clipboard, cleared after 30 s',
      }),
    );
  }
  setTimeout(() => {
    core.clipboard
      .clearIfUnchanged(kept)
      .then((cleared) => core.emit('clipboardCleared', { cleared }))
      .catch((error: unknown) => core.log.error('clipboard.clear', {}, error))
      .finally(() => kept.wipe());
  }, CLIPBOARD_CLEARS_IN_MS);
  return { schema: 1, clears_in_ms: CLIPBOARD_CLEARS_IN_MS, kept_out_of_history: isConcealed };
}
