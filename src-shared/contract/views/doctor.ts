import { z } from 'zod';
import { CAUSES } from '../../domain/cause.ts';
import {
  SOURCE_KINDS,
  SOURCE_MATCHES,
  SOURCE_STATES,
  textFindingFact,
} from '../../domain/diagnosis/rules/source-words.ts';
import { nullableText, schema } from './answer-parts.ts';

const causeWord = z.enum(CAUSES);
const doctorFixView = z.object({
  kind: z.enum([
    'clean_value',
    'clean_file',
    'replace_in_file',
    'set_base_url',
    'set_base_in_file',
    'start_rotation',
  ]),
  file: z.string().optional(),
  variable: z.string().optional(),
  key: z.string().optional(),
  platform: z.string().optional(),
  url: z.string().optional(),
  env: z.string().optional(),
  lost: z.boolean().optional(),
});
export const doctorCheckView = z.object({
  id: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'skip']),
  evidence: z.string(),
  code: causeWord.nullable(),
  fix: nullableText,
});
export type DoctorCheckView = z.infer<typeof doctorCheckView>;
export const doctorCauseView = z.object({
  code: causeWord,
  /** One sentence. */
  message: z.string(),
  /** The exact command. */
  fix: z.string(),
  /** What it does, in half a sentence; empty where it says so itself. */
  does: z.string(),
  /** The second step, where one is not enough. */
  then: z.object({ fix: z.string(), does: z.string() }).nullable(),
  severity: z.enum(['fail', 'warn']),
  confidence: z.enum(['certain', 'likely', 'possible']),
  /** What would tell it from the next one; empty where nothing needs telling. */
  tell_apart: z.string(),
  /** What `--fix` can do by itself. */
  repair: doctorFixView.nullable(),
});
export type DoctorCauseView = z.infer<typeof doctorCauseView>;
const VERDICTS = ['healthy', 'degraded', 'broken'] as const;
export const doctorSourceView = z.object({
  kind: z.enum(SOURCE_KINDS),
  where: z.string(),
  variable: z.string(),
  line: z.number().nullable(),
  state: z.enum(SOURCE_STATES),
  fingerprint: nullableText,
  match: z.enum(SOURCE_MATCHES).nullable(),
  key: nullableText,
  /** `wins`: what a program started there reads; `shadowed`: hidden by it; `elsewhere`: read by others. */
  reach: z.enum(['wins', 'shadowed', 'elsewhere']),
});
export type DoctorSourceView = z.infer<typeof doctorSourceView>;
export const doctorAnswer = z.object({
  schema,
  verdict: z.enum(VERDICTS),
  cause: doctorCauseView.nullable(),
  checks: z.array(doctorCheckView),
  duration_ms: z.number(),
  at: z.string(),
  version: z.string(),
  /** What was looked at; null where it was all keys. */
  key: nullableText,
  platform: nullableText,
  base_url: nullableText,
  fingerprint: nullableText,
  /** Everything else that was found, in the order of mending. */
  others: z.array(doctorCauseView),
  sources: z.array(doctorSourceView),
  /** One line for each key, where several were looked at. */
  keys: z.array(
    z.object({
      key: z.string(),
      platform: z.string(),
      verdict: z.enum(VERDICTS),
      cause: doctorCauseView.nullable(),
    }),
  ),
});
export type DoctorView = z.infer<typeof doctorAnswer>;

/** What a value from a person's shell or file is, told without a word of it. */
export const inspectedValueView = z.object({
  schema,
  fingerprint: z.string(),
  match: z.enum(SOURCE_MATCHES),
  /** `env/name` that it matches. */
  key: nullableText,
  findings: z.array(textFindingFact),
  /** `env/name` of the key whose value it is once blanks, quotes and look-alikes are out of it. */
  clean_key: nullableText,
});
