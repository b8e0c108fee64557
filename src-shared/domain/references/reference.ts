import { AppError } from '../../errors/app-error.ts';
import { ENVIRONMENT_ALIASES, ENVIRONMENT_NAME, KEY_NAME } from '../names.ts';

export const REFERENCE_FIELDS = ['value', 'key_id', 'prefix', 'fingerprint'] as const;
export type ReferenceField = (typeof REFERENCE_FIELDS)[number];

export interface KeyAddress {
  /** undefined: the environment of the command. */
  readonly env: string | undefined;
  readonly name: string;
}

const canonicalEnvironment = (name: string): string => ENVIRONMENT_ALIASES[name] ?? name;

/**
 * `name` or `env/name`, as commands and the window take it.
 * @param env the environment of a bare name
 * @throws {AppError} BAD_NAME
 */
export const parseKeyAddress = (text: string, env?: string): KeyAddress => {
  const slash = text.indexOf('/');
  const name = slash < 0 ? text : text.slice(slash + 1);
  const prefix = slash < 0 ? undefined : canonicalEnvironment(text.slice(0, slash));
  if (!KEY_NAME.test(name) || (prefix !== undefined && !ENVIRONMENT_NAME.test(prefix))) {
    throw new AppError(
      'BAD_NAME',
      'That is not a key name.',
      'Write NAME or ENV/NAME: letters, digits, dots, hyphens and underscores, 200 at most, starting with a letter or digit.',
    );
  }
  // CLI.md: an explicit -e wins over an env/ prefix.
  return { env: env === undefined ? prefix : canonicalEnvironment(env), name };
};

export interface Reference {
  readonly env: string;
  readonly name: string;
  readonly field: ReferenceField;
}

const isField = (text: string): text is ReferenceField =>
  (REFERENCE_FIELDS as readonly string[]).includes(text);

/**
 * `molt://ENV/NAME[/field]`.
 * @throws {AppError} BAD_REFERENCE
 */
export const parseReference = (text: string): Reference => {
  const match = /^molt:\/\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(text);
  const env = canonicalEnvironment(match?.[1] ?? '');
  const name = match?.[2] ?? '';
  const field = match?.[3] ?? 'value';
  if (!ENVIRONMENT_NAME.test(env) || !KEY_NAME.test(name) || !isField(field)) {
    throw new AppError(
      'BAD_REFERENCE',
      'That is not a reference to a key.',
      `Write molt://ENV/NAME, with /${REFERENCE_FIELDS.slice(1).join(', /')} after it for another field than the value.`,
    );
  }
  return { env, name, field };
};
