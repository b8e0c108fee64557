import { z } from 'zod';
import { keyReference, keyValue } from '../fields.ts';
import { shared } from '../method.ts';
import { rotationAnswer, rotationPlanAnswer, rotationsAnswer } from '../views/rotations.ts';
import { env, keyTarget } from './request-parts.ts';

/** How long the answer waits for the rotation to be over or to stand still; absent: as long as that takes. */
const waitMs = z.number().int().min(0).max(86_400_000).optional();

export const rotations = {
  /** `value` is for a cut-over platform: what the person regenerated there. */
  start: shared(
    'unlocked',
    z.strictObject({
      key: keyReference,
      env,
      value: keyValue.optional(),
      lost: z.boolean().optional(),
      no_deploy_check: z.boolean().optional(),
      quiet_ms: z.number().int().min(0).max(3_600_000).optional(),
      wait_ms: waitMs,
    }),
    rotationAnswer,
  ),
  list: shared('unlocked', z.strictObject({ env }), rotationsAnswer),
  /** What automatic rotation would do at its next hour. Rotates nothing. */
  plan: shared('unlocked', z.strictObject({ env }), rotationPlanAnswer),
  show: shared('unlocked', keyTarget, rotationAnswer),
  /** Joins one that is running. */
  resume: shared(
    'unlocked',
    z.strictObject({
      key: keyReference,
      env,
      value: keyValue.optional(),
      no_deploy_check: z.boolean().optional(),
      wait_ms: waitMs,
    }),
    rotationAnswer,
  ),
  abort: shared('unlocked', z.strictObject({ key: keyReference, env, wait_ms: waitMs }), rotationAnswer),
};
