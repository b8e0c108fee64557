import { z } from 'zod';
import { ROTATION_STATES } from '../../domain/rotation/rotation-plan.ts';
import { nullableText, schema } from './answer-parts.ts';
import { runView } from './runs.ts';

export const VAULT_STATES = ['missing', 'locked', 'unlocked', 'damaged', 'newer'] as const;
export const LOCK_REASONS = [
  'not_unlocked_yet', // this process has just started
  'by_user',
  'idle',
  'max_age',
  'suspend',
  'screen_lock',
  'hand_over', // the desktop app took over from a headless agent
  'window_crash', // the page of the window ended by itself
  'internal_error',
] as const;

export const statusView = z.object({
  schema,
  vault: z.enum(VAULT_STATES),
  tampered: z.boolean(),
  /** What does not fit, in words, when `tampered`. */
  tamper_findings: z.array(z.string()),
  agent: z.enum(['desktop', 'headless', 'none']),
  agent_pid: z.number().nullable(),
  version: z.string(),
  home: z.string(),
  locks_at: nullableText,
  lock_reason: z.enum(LOCK_REASONS).nullable(),
  keychain: z.enum(['available', 'unavailable', 'off']),
  /** Which store the keychain slot uses, as a person knows it, or why there is none. */
  keychain_detail: z.string(),
  /** How long the next unlock attempt is held back after wrong ones. */
  unlock_delay_ms: z.number(),
  runs: z.array(runView),
  /** Rotations that are not over; empty while the vault is locked. */
  rotations: z.array(
    z.object({ key: z.string(), env: z.string(), state: z.enum(ROTATION_STATES), deadline_at: nullableText }),
  ),
  /** Platforms whose base URL is not the platform's own. */
  foreign_hosts: z.array(z.object({ platform: z.string(), env: nullableText, base_url: z.string() })),
  sandbox: z.object({ base_url: z.string(), control_url: z.string(), pid: z.number() }).nullable(),
});
export type StatusView = z.infer<typeof statusView>;

export const progressAnswer = z.object({
  schema,
  progress: z.object({ done: z.number(), total: z.number(), what: z.string() }).nullable(),
});
