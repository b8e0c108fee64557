import { z } from 'zod';
import { absolutePath, keyReference, variableName } from '../fields.ts';
import { shared } from '../method.ts';
import { deploymentAnswer, deploymentsAnswer, deploymentTestAnswer } from '../views/deployments.ts';
import { approval, env, keyTarget } from './request-parts.ts';

export const deployments = {
  /** Where a key is used. For a live environment it needs a grant: every later value of the key goes there. */
  add: shared(
    'unlocked',
    z.strictObject({
      key: keyReference,
      env,
      place: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.enum(['dotenv', 'systemd']),
          path: absolutePath,
          variable: variableName.optional(),
        }),
        z.strictObject({
          kind: z.literal('command'),
          argv: z.array(z.string().max(4096)).min(1).max(100),
          cwd: absolutePath,
          give: z.enum(['stdin', 'environment']),
          variable: variableName.optional(),
          timeout_ms: z.number().int().min(1000).max(3_600_000).optional(),
        }),
        z.strictObject({ kind: z.literal('process') }),
      ]),
      ...approval,
    }),
    deploymentAnswer,
  ),
  list: shared('unlocked', z.strictObject({ key: keyReference.optional(), env }), deploymentsAnswer),
  /** `target`: an id or the beginning of one, a path, or `path#VARIABLE`. What the places hold stays there. */
  remove: shared(
    'unlocked',
    z.strictObject({
      key: keyReference,
      env,
      target: z.string().min(4).max(4500).optional(),
      all: z.boolean().optional(),
    }),
    deploymentsAnswer,
  ),
  /** What a rotation would change, values masked. Changes nothing and runs no command. */
  test: shared('unlocked', keyTarget, deploymentTestAnswer),
};
