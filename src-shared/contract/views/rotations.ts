import { z } from 'zod';
import { ROTATION_STATES, ROTATION_STEPS, ROTATION_STRATEGIES } from '../../domain/rotation/rotation-plan.ts';
import { failureView, nullableText, schema } from './answer-parts.ts';
import { KEY_STATUSES } from './keys.ts';

const rotationSide = z.object({
  key_id: nullableText,
  fingerprint: z.string(),
  status: z.enum(KEY_STATUSES),
});
export const rotationView = z.object({
  id: z.string(),
  key: z.string(),
  env: z.string(),
  platform: z.string(),
  strategy: z.enum(ROTATION_STRATEGIES),
  state: z.enum(ROTATION_STATES),
  /** `back`: it is being rolled back. */
  direction: z.enum(['forward', 'back']),
  /** The old key is lost: it is not asked with. */
  lost: z.boolean(),
  old: rotationSide,
  new: rotationSide.nullable(),
  /** For how long two keys have been active, or were; null where they never were. */
  overlap_s: z.number().nullable(),
  /** When the overlap should be over. */
  deadline_at: nullableText,
  started_at: z.string(),
  ended_at: nullableText,
  steps: z.array(
    z.object({
      name: z.enum(ROTATION_STEPS),
      status: z.enum(['ok', 'failed', 'pending', 'skipped']),
      at: z.string(),
      detail: z.string(),
    }),
  ),
  targets: z.array(
    z.object({
      target: z.string(),
      state: z.enum(['applying', 'applied', 'failed', 'put_back']),
      detail: z.string(),
    }),
  ),
  /** Commands that had the old value when it began. `moved`: they were looked at since, and have it no longer. */
  holders: z.array(z.object({ pid: z.number(), command: z.string(), moved: z.boolean() })),
  /** Who still has the old value: a process, or a file. */
  laggards: z.array(z.object({ pid: z.number().nullable(), command: nullableText, file: nullableText })),
  /** Why it stands still, or why it was rolled back; null while it goes on, and when it is done. */
  cause: failureView.nullable(),
});
export type RotationView = z.infer<typeof rotationView>;
export const rotationAnswer = z.object({ schema, rotation: rotationView });
/** `rotation` is the newest that is open, else the newest. */
export const rotationsAnswer = z.object({
  schema,
  rotation: rotationView.nullable(),
  rotations: z.array(rotationView),
});

export const rotationPlanAnswer = z.object({
  schema,
  runs: z.array(
    z.object({
      env: z.string(),
      auto_rotate_at: nullableText,
      auto_rotate_unlocks: z.boolean(),
      /** null: automatic rotation is off there. */
      next_run_at: nullableText,
      keys: z.array(
        z.object({
          /** `env/name`. */
          key: z.string(),
          due_at: z.string(),
          rotates: z.boolean(),
          /** Why it would not be, null where it would. */
          why: nullableText,
          /** Left alone while the vault is locked: nothing may open it, or commands that start anew would have to ask it. */
          waits_for_unlock: z.boolean(),
        }),
      ),
    }),
  ),
});
export type RotationPlanView = z.infer<typeof rotationPlanAnswer>;
