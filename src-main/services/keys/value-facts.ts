import { MAX_VALUE_BYTES } from '../../../src-shared/contract/fields.ts';
import { inspectKeyText, publicPrefix } from '../../../src-shared/domain/keys/key-format.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import type { KeyMode } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Secret } from '../../vault/secret.ts';

export interface ValueFacts {
  readonly mode: KeyMode;
  /** The public part plus 4 characters, 12 at most. */
  readonly prefix: string;
  /** What looks wrong with it, in words that never repeat it. */
  readonly warnings: readonly string[];
}

/**
 * What can be told of a value without asking anybody.
 * @throws {AppError} BAD_VALUE for what is no value at all (CLI.md, "Shape"): 1 to 32,768 bytes of UTF-8 without NUL,
 *   CR or LF, and not only blanks
 */
export function readValueFacts(
  value: Secret,
  definition: PlatformDefinition,
  all: readonly PlatformDefinition[],
): ValueFacts {
  const text = requireValueText(value);
  const { mode, findings } = inspectKeyText(text, definition, all);
  return { mode, prefix: publicPrefix(text, all), warnings: findings.map(({ message }) => message) };
}

function requireValueText(value: Secret): string {
  const bytes = value.expose();
  const hint = 'Copy the key again from where it was shown.';
  if (bytes.length === 0) throw new AppError('BAD_VALUE', 'The value is empty.', hint);
  if (bytes.length > MAX_VALUE_BYTES)
    throw new AppError('BAD_VALUE', `The value is longer than ${MAX_VALUE_BYTES} bytes.`, hint);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError('BAD_VALUE', 'The value is not UTF-8 text.', hint);
  }
  if (/[\0\r\n]/.test(text))
    throw new AppError('BAD_VALUE', 'The value has a NUL or a line break in it.', hint);
  if (/^\s*$/u.test(text)) throw new AppError('BAD_VALUE', 'The value has nothing but blanks in it.', hint);
  return text;
}
