import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

export const DEPLOYMENT_KINDS = ['dotenv', 'systemd', 'command', 'process'] as const;
export const deploymentView = z.object({
  /** Enough of its id to name it. */
  id: z.string(),
  /** `env/name`. */
  key: z.string(),
  kind: z.enum(DEPLOYMENT_KINDS),
  label: z.string(),
  path: nullableText,
  variable: nullableText,
  command: z.array(z.string()).nullable(),
  cwd: nullableText,
  give: z.enum(['stdin', 'environment']).nullable(),
  timeout_s: z.number().nullable(),
  created_at: z.string(),
});
export type DeploymentView = z.infer<typeof deploymentView>;
export const deploymentAnswer = z.object({ schema, target: deploymentView, warnings: z.array(z.string()) });
export const deploymentsAnswer = z.object({ schema, targets: z.array(deploymentView) });
export const deploymentTestAnswer = z.object({
  schema,
  targets: z.array(
    deploymentView.extend({
      /** What a rotation would do, with the value masked. */
      detail: z.string(),
      /** Why it could not, null where nothing speaks against it. */
      problem: nullableText,
      holds: z.enum(['this_key', 'another_value', 'nothing', 'unknown']),
    }),
  ),
});
