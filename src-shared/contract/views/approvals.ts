import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';
import { ENVIRONMENT_KINDS } from './environments.ts';

export const APPROVAL_DECISIONS = ['once', 'tree', 'hours', 'deny'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];
const processView = z.object({ pid: z.number(), name: z.string(), cwd: nullableText });
/** A request for keys that waits for the person at the window. */
export const approvalView = z.object({
  id: z.string(),
  /** An answer names it: more may have been asked for since it was shown. */
  revision: z.number(),
  env: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  purpose: z.enum(['run', 'read', 'copy', 'inject', 'resolve', 'deploy']),
  /** What is to be started, by name. */
  command: nullableText,
  /** As the processes call themselves; null where the system doesn't tell. */
  process: processView.nullable(),
  parent: processView.nullable(),
  /** The process whose tree a grant would be for; null for a terminal session. */
  tree: processView.nullable(),
  is_terminal: z.boolean(),
  keys: z.array(z.string()),
  more_keys: z.number(),
  /** How many requests wait for this answer. */
  requests: z.number(),
  expires_at: z.string(),
});
export type ApprovalView = z.infer<typeof approvalView>;
export const approvalsAnswer = z.object({ schema, approvals: z.array(approvalView) });
