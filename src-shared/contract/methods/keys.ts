import { z } from 'zod';
import { MAX_ENV_FILE_BYTES } from '../../domain/env-file/env-text.ts';
import { TIMELINE_KINDS } from '../../domain/keys/key-timeline.ts';
import {
  environmentName,
  keyMetadata,
  keyName,
  keyReference,
  keyValue,
  platformId,
  secretBytes,
  shortText,
} from '../fields.ts';
import { shared, windowOnly } from '../method.ts';
import { doneAnswer, schema } from '../views/answer-parts.ts';
import {
  importPreviewAnswer,
  importTakenAnswer,
  keyAnswer,
  keysAnswer,
  keysCreatedAnswer,
  keysRevokedAnswer,
} from '../views/keys.ts';
import { env, keyTarget, nothing, operation } from './request-parts.ts';

export const keys = {
  list: shared(
    'unlocked',
    z.strictObject({
      env,
      platform: platformId.optional(),
      due_within_days: z.number().int().min(0).max(3650).optional(),
      unused_days: z.number().int().min(0).max(3650).optional(),
      owner: shortText.optional(),
      /** No more than so many, of all that fit the most urgent ones. */
      first: z.number().int().min(1).max(10_000).optional(),
    }),
    keysAnswer,
  ),
  show: shared('unlocked', keyTarget, keyAnswer),
  add: shared(
    'unlocked',
    z.strictObject({
      name: keyName,
      env,
      platform: platformId,
      value: keyValue,
      key_id: z.string().min(1).max(200).optional(),
      metadata: keyMetadata.optional(),
    }),
    keyAnswer,
  ),
  create: shared(
    'unlocked',
    z.strictObject({
      name: keyName,
      env,
      platform: platformId,
      using: keyReference.optional(),
      count: z.number().int().min(1).max(200).optional(),
      metadata: keyMetadata.optional(),
      ...operation,
    }),
    keysCreatedAnswer,
  ),
  edit: shared(
    'unlocked',
    z.strictObject({
      key: keyReference,
      env,
      value: keyValue.optional(),
      key_id: z.string().min(1).max(200).nullable().optional(),
      metadata: keyMetadata.optional(),
    }),
    keyAnswer,
  ),
  /** Puts the value on the clipboard from within the core, and takes it off again after `clears_in_ms`. */
  copy: windowOnly(
    'unlocked',
    keyTarget,
    z.object({
      schema,
      clears_in_ms: z.number(),
      /** Whether clipboard histories were told to keep nothing of it. */
      kept_out_of_history: z.boolean(),
    }),
  ),
  test: shared('unlocked', keyTarget, keyAnswer),
  /** What happened to it, newest first. `is_whole` false: the log goes further back than was looked. */
  timeline: windowOnly(
    'unlocked',
    keyTarget,
    z.object({
      schema,
      events: z.array(
        z.object({
          at: z.string(),
          kind: z.enum(TIMELINE_KINDS),
          detail: z.string(),
          actor: z.string().nullable(),
          times: z.number(),
        }),
      ),
      is_whole: z.boolean(),
    }),
  ),
  /** Revokes on the platform and verifies it. `confirm` repeats the key's name, typed by the person. */
  revoke: shared(
    'unlocked',
    z.strictObject({ key: keyReference, env, confirm: z.string().max(240) }),
    keyAnswer,
  ),
  revokeAll: shared(
    'unlocked',
    z.strictObject({ env: environmentName, confirm: z.string().max(240), ...operation }),
    keysRevokedAnswer,
  ),
  /** Several keys by name. `confirm` is how many, as the person typed it. */
  revokeMany: shared(
    'unlocked',
    z.strictObject({
      keys: z.array(keyReference).min(1).max(500),
      env,
      confirm: z.string().max(240),
      ...operation,
    }),
    keysRevokedAnswer,
  ),
  /** Takes the key out of the vault; the platform is not told. `confirm` as for `revoke`. */
  forget: shared(
    'unlocked',
    z.strictObject({ key: keyReference, env, confirm: z.string().max(240) }),
    doneAnswer,
  ),
};

/** Keys out of a file of variables that a person dropped on the window. */
export const imports = {
  /**
   * The file goes in once and is kept until it is taken, given up, or a few minutes have passed; what comes back has no value.
   * `platform` narrows what keys are looked for.
   */
  preview: windowOnly(
    'unlocked',
    z.strictObject({
      file: secretBytes(MAX_ENV_FILE_BYTES),
      env,
      platform: platformId.optional(),
    }),
    importPreviewAnswer,
  ),
  /** Stores the chosen ones. What fails stays in the preview, so that it can be put right. */
  take: windowOnly(
    'unlocked',
    z.strictObject({
      import_id: z.string().max(64),
      items: z
        .array(z.strictObject({ at: z.number().int().min(0), name: keyName, platform: platformId }))
        .min(1)
        .max(1000),
    }),
    importTakenAnswer,
  ),
  discard: windowOnly('nothing', nothing, doneAnswer),
};
