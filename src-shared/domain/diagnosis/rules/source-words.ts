import { z } from 'zod';
import { CAUSES } from '../../cause.ts';

/** The words that facts and views share. */

export const textFindingFact = z.strictObject({
  code: z.enum(CAUSES),
  message: z.string().max(500),
  position: z.number().int().min(0).nullable(),
  codePoint: z.string().max(16).nullable(),
});

export const SOURCE_KINDS = [
  'shell',
  'env_file',
  /** `.env.production` and its like: read by a program that was told to. */
  'env_variant',
  'project_file',
  'openclaw',
  'moltbook',
  'profile',
  'systemd',
  'run',
] as const;
export const SOURCE_STATES = ['set', 'empty', 'reference', 'unreadable', 'too_large', 'not_a_file'] as const;
/** `current` is the vault's value of today, `previous` one it had before. */
export const SOURCE_MATCHES = ['current', 'previous', 'other_key', 'unknown'] as const;
