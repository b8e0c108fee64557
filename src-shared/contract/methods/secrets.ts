import { z } from 'zod';
import { filePath, keyName, keyReference, keyValue, MOST_REFERENCES, variableName } from '../fields.ts';
import { handsOutSecrets, socketOnly } from '../method.ts';
import { failureView, schema } from '../views/answer-parts.ts';
import { approval, env } from './request-parts.ts';

export const secrets = {
  /** One field of one reference. Attaches `value`. Needs a grant for a live environment. */
  read: handsOutSecrets(
    z.strictObject({ reference: z.string().min(1).max(300), env, ...approval }),
    z.object({ schema, name: z.string(), env: z.string() }),
  ),
  /**
   * Many references for `inject` and `resolve`, in one request. Attaches each value under its place in
   * `references`; what cannot be had has an error in its place instead.
   */
  resolve: handsOutSecrets(
    z.strictObject({
      references: z.array(z.string().min(1).max(300)).min(1).max(MOST_REFERENCES),
      purpose: z.enum(['inject', 'resolve']),
      ...approval,
    }),
    z.object({
      schema,
      results: z.array(
        z.object({
          /** `env/name`. */
          key: z.string().nullable(),
          error: failureView.nullable(),
        }),
      ),
    }),
  ),
  /** For the clipboard of a CLI user: the same rules as `read`. */
  copyValue: handsOutSecrets(
    z.strictObject({ key: keyReference, env, ...approval }),
    z.object({ schema, name: z.string(), env: z.string() }),
  ),
  /**
   * What a child process is to get. Attaches one value for each entry of `variables`, under the variable's name.
   * Registers the calling process as a run that holds these keys.
   */
  prepareRun: handsOutSecrets(
    z.strictObject({
      env,
      only: z.array(keyName).max(500).optional(),
      map: z.array(z.strictObject({ variable: variableName, reference: z.string().max(300) })).max(500),
      allow_live: z.boolean(),
      command: z.string().max(300),
      cwd: filePath,
      /** Will wait for news with `runs.watch`, and ask anew. */
      watch: z.boolean().optional(),
      /** The run whose place this one takes, for a command that starts anew. */
      replaces: z.string().max(64).optional(),
      ...approval,
    }),
    z.object({
      schema,
      run_id: z.string(),
      env: z.string(),
      /** The platforms' base URL, null where the keys differ in it. */
      api_base: z.string().nullable(),
      variables: z.array(
        z.object({
          variable: z.string(),
          key: z.string(),
          fingerprint: z.string(),
          /** The part of the value that everybody may see; null where the variable holds no value but another field. */
          public_prefix: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** Whether bytes equal a value the vault knows, by fingerprint. */
  fingerprint: socketOnly(
    'unlocked',
    z.strictObject({ value: keyValue }),
    z.object({ schema, fingerprint: z.string() }),
  ),
};
