import { z } from 'zod';
import { shared, windowOnly } from '../method.ts';
import { doneAnswer, schema } from '../views/answer-parts.ts';
import { auditExportAnswer, auditListAnswer, auditVerifyAnswer } from '../views/audit.ts';
import { env, nothing, operation } from './request-parts.ts';

export const audit = {
  list: shared(
    'unlocked',
    z.strictObject({
      limit: z.number().int().min(1).max(10_000).optional(),
      before_seq: z.number().int().min(1).optional(),
      env,
    }),
    auditListAnswer,
  ),
  verify: shared('unlocked', nothing, auditVerifyAnswer),
  /** A stretch of the log, oldest first, each entry held against the one before. */
  export: shared(
    'unlocked',
    z.strictObject({ after_seq: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
    auditExportAnswer,
  ),
  /** As `keymolt audit export` writes it, where the person says. null: they changed their mind. */
  save: windowOnly(
    'unlocked',
    z.strictObject({ ...operation }),
    z.object({
      schema,
      saved: z
        .object({
          path: z.string(),
          entries: z.number(),
          intact: z.boolean(),
          findings: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
  /** Records that a found break was looked at. Erases nothing. */
  accept: shared('unlocked', nothing, doneAnswer),
};

export const reports = {
  /** Saves the keys as a table, or what the page shows for print as a document, where the person says. null: they changed their mind. */
  save: windowOnly(
    'unlocked',
    z.strictObject({ as: z.enum(['csv', 'pdf']), env }),
    z.object({ schema, path: z.string().nullable() }),
  ),
};
