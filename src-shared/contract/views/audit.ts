import { z } from 'zod';
import { schema } from './answer-parts.ts';

export const auditEntryView = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
});
export type AuditEntryView = z.infer<typeof auditEntryView>;
export const auditListAnswer = z.object({ schema, entries: z.array(auditEntryView) });
export const auditVerifyAnswer = z.object({
  schema,
  intact: z.boolean(),
  entries: z.number(),
  findings: z.array(z.string()),
});

export const auditExportAnswer = z.object({
  schema,
  /** Oldest first. */
  entries: z.array(auditEntryView),
  last_seq: z.number(),
  /** What does not follow from the entry before, in words. */
  findings: z.array(z.string()),
});
