import { z } from 'zod';
import { durationMs, filePath, passphrase } from '../fields.ts';
import { shared, sharedWithSecret, socketOnly, windowOnly } from '../method.ts';
import { doneAnswer, schema } from '../views/answer-parts.ts';
import { statusView } from '../views/status.ts';
import { nothing } from './request-parts.ts';

export const vault = {
  status: shared('nothing', nothing, statusView),
  /**
   * The answer's `recovery_code` opens the vault like the passphrase does and is shown this once. To the window it is
   * text, the one secret that goes there: no key value ever does (docs/SECURITY.md). To the socket it goes as bytes
   * beside the answer, and is null here: text cannot be wiped.
   */
  create: sharedWithSecret(
    'nothing',
    z.strictObject({ passphrase }),
    z.object({ schema, recovery_code: z.string().nullable() }),
  ),
  unlock: shared(
    'vault',
    z.strictObject({
      with: z.enum(['passphrase', 'keychain', 'recovery']),
      secret: passphrase.optional(),
      for_ms: durationMs.optional(),
      grant: z.enum(['tree', 'user']).optional(),
    }),
    doneAnswer,
  ),
  lock: shared('nothing', nothing, doneAnswer),
  changePassphrase: shared(
    'vault',
    z.strictObject({
      current: passphrase,
      current_is: z.enum(['passphrase', 'recovery']),
      next: passphrase,
    }),
    doneAnswer,
  ),
  /**
   * Makes a new recovery code, and the one before opens nothing any more; how the code is handed over is as with
   * `create`. A backup that was made before still opens with the old one.
   */
  renewRecoveryCode: sharedWithSecret(
    'unlocked',
    z.strictObject({ passphrase }),
    z.object({ schema, recovery_code: z.string().nullable() }),
  ),
  setKeychain: shared('unlocked', z.strictObject({ enabled: z.boolean() }), doneAnswer),
  /** SECURITY: a page names no path, neither of what is written nor of what takes the vault's place (decision 69). */
  backup: socketOnly(
    'vault',
    z.strictObject({ path: filePath }),
    z.object({ schema, path: z.string(), bytes: z.number() }),
  ),
  restore: socketOnly(
    'nothing',
    z.strictObject({ path: filePath, replace: z.boolean() }),
    z.object({ schema, kept: z.string().nullable() }),
  ),
  /** As `backup`, where the person says. null: they changed their mind. */
  saveBackup: windowOnly(
    'unlocked',
    nothing,
    z.object({ schema, saved: z.object({ path: z.string(), bytes: z.number() }).nullable() }),
  ),
  /** Asks the person for a backup. null: they changed their mind. */
  chooseBackup: windowOnly(
    'nothing',
    nothing,
    z.object({
      schema,
      chosen: z
        .object({ id: z.string(), path: z.string(), bytes: z.number(), changed_at: z.string() })
        .nullable(),
    }),
  ),
  /** As `restore`, of the backup that the person chose last. */
  restoreChosen: windowOnly(
    'nothing',
    z.strictObject({ id: z.string().max(64), replace: z.boolean() }),
    z.object({ schema, kept: z.string().nullable() }),
  ),
  /** Tells the core that a person is there, so that the idle lock starts over. */
  touch: windowOnly('nothing', nothing, doneAnswer),
};
