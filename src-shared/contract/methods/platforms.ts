import { z } from 'zod';
import { MAX_DEFINITION_LENGTH } from '../../domain/platform-definition.ts';
import { filePath, keyReference, passphrase, platformId, shortText } from '../fields.ts';
import { shared, socketOnly, windowOnly } from '../method.ts';
import { doneAnswer } from '../views/answer-parts.ts';
import { keyAnswer } from '../views/keys.ts';
import { limitsAnswer } from '../views/limits.ts';
import {
  definitionChosenAnswer,
  platformAnswer,
  platformCheckAnswer,
  platformsAnswer,
  platformShowAnswer,
  sandboxAnswer,
  sessionAnswer,
  sessionsAnswer,
  syncAnswer,
} from '../views/platforms.ts';
import { env, nothing, operation } from './request-parts.ts';

export const platforms = {
  list: shared('unlocked', nothing, platformsAnswer),
  show: shared('unlocked', z.strictObject({ id: platformId }), platformShowAnswer),
  set: shared(
    'unlocked',
    z.strictObject({
      id: platformId,
      env,
      // null takes a setting back: what the definition says holds again.
      base_url: z.string().max(2048).nullable().optional(),
      tier: z.string().max(64).nullable().optional(),
      firebase_sign_in_url: z.string().max(2048).nullable().optional(),
      firebase_token_url: z.string().max(2048).nullable().optional(),
      egress_echo_url: z.string().max(2048).nullable().optional(),
      ca_file: filePath.nullable().optional(),
      /** A new host for live keys or sign-ins needs the passphrase, or `confirmed` from `--no-input --yes`: never from a window. */
      passphrase: passphrase.optional(),
      confirmed: z.boolean().optional(),
    }),
    platformAnswer,
  ),
  /** `definition` is the text of a definition file (JSON). SECURITY: a page names none, nor a file (decision 71). */
  importDefinition: socketOnly(
    'unlocked',
    z.strictObject({ definition: z.string().max(MAX_DEFINITION_LENGTH) }),
    platformShowAnswer,
  ),
  /** Asks the person for a definition file, and tells what it says. null: they changed their mind. */
  chooseDefinition: windowOnly('unlocked', nothing, definitionChosenAnswer),
  /** As `importDefinition`, of the file that the person chose last; another host for a platform that is there needs the passphrase. */
  importChosen: windowOnly(
    'unlocked',
    z.strictObject({ id: z.string().max(64), passphrase: passphrase.optional() }),
    platformAnswer,
  ),
  check: shared('unlocked', z.strictObject({ id: platformId, env }), platformCheckAnswer),
};

export const sync = {
  run: shared('unlocked', z.strictObject({ platform: platformId.optional(), env, ...operation }), syncAnswer),
};

export const limits = {
  list: shared(
    'unlocked',
    z.strictObject({
      key: keyReference.optional(),
      env,
      /** Somebody watches: ask the platform where a key in use has said nothing for a minute. */
      watch: z.boolean().optional(),
    }),
    limitsAnswer,
  ),
};

export const sessions = {
  /** Signs a person in. The tokens stay in the vault; the password is kept nowhere. */
  signIn: shared(
    'unlocked',
    z.strictObject({
      platform: platformId.optional(),
      env,
      email: shortText.min(3).max(320),
      password: passphrase,
      ...operation,
    }),
    sessionAnswer,
  ),
  list: shared('unlocked', nothing, sessionsAnswer),
  signOut: shared(
    'unlocked',
    z.strictObject({
      platform: platformId.optional(),
      env,
      /** Only who is signed in for all environments, and nobody who is for one of them. */
      of_all_environments: z.boolean().optional(),
      email: shortText.optional(),
    }),
    sessionsAnswer,
  ),
};

export const sandbox = {
  start: shared(
    'nothing',
    z.strictObject({
      port: z.number().int().min(0).max(65_535).optional(),
      tier: z.string().max(16).optional(),
    }),
    sandboxAnswer,
  ),
  stop: shared('nothing', nothing, doneAnswer),
  /** The window's first try: starts the sandbox and creates a first key on it. */
  tryIt: windowOnly('unlocked', nothing, keyAnswer),
};
