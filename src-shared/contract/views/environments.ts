import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

export const ENVIRONMENT_KINDS = ['live', 'test'] as const;
/** For which environments the person is asked before a key is handed out. */
export const APPROVALS = ['never', 'live', 'always'] as const;

export const environmentView = z.object({
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  approve: z.enum(APPROVALS),
  rotate_every_days: z.number().nullable(),
  auto_rotate_at: nullableText,
  /** At that hour, a locked vault is opened by its keychain slot, for the schedule alone. */
  auto_rotate_unlocks: z.boolean(),
  keys: z.number(),
});
export type EnvironmentView = z.infer<typeof environmentView>;
export const environmentsAnswer = z.object({ schema, environments: z.array(environmentView) });
export const environmentAnswer = z.object({ schema, environment: environmentView });
