import { fitsFormat } from '../keys/key-format.ts';
import { isReservedVariable, VARIABLE_NAME } from '../names.ts';
import type { KeyFormat } from '../platform-definition.ts';

/** Which variables of a `.env` file are keys: one rule for the command line and for the window. */

/** Of a platform only what recognising needs, so that views and definitions both serve. */
export interface RecognisedBy {
  /** The first that fits wins. */
  readonly platforms: readonly { readonly id: string; readonly formats: readonly KeyFormat[] }[];
  /** A person said of which platform the keys are. */
  readonly isNamed: boolean;
}

export type EnvVariableVerdict =
  | { readonly is: 'key'; readonly platform: string; readonly mode: KeyFormat['mode'] }
  | { readonly is: 'no_variable' }
  | { readonly is: 'reference' }
  | { readonly is: 'unknown' };

export function judgeVariable(
  variable: string,
  value: string,
  { platforms, isNamed }: RecognisedBy,
): EnvVariableVerdict {
  if (!VARIABLE_NAME.test(variable) || isReservedVariable(variable)) return { is: 'no_variable' };
  if (value.startsWith('molt://')) return { is: 'reference' };
  for (const { id, formats } of platforms) {
    // A format without a prefix fits nearly everything: it counts where a person named the platform.
    const format = formats.find(
      (candidate) => (isNamed || candidate.prefix !== '') && fitsFormat(value, candidate),
    );
    if (format !== undefined) return { is: 'key', platform: id, mode: format.mode };
  }
  return { is: 'unknown' };
}

/** `DEN_API_KEY` → `den-api-key`. */
export const keyNameOfVariable = (variable: string): string =>
  variable.toLowerCase().replaceAll('_', '-').replace(/^-+/, '');

const LEAST_SECRET_LENGTH = 16;

/**
 * Whether a value of no known format may be a key all the same: long, of one piece, and no address or path.
 * A platform that documents no format has keys like that.
 */
export const couldBeKey = (value: string): boolean =>
  value.length >= LEAST_SECRET_LENGTH &&
  /^[\x21-\x7e]+$/.test(value) &&
  /[0-9]/.test(value) &&
  /[A-Za-z]/.test(value) &&
  !/[:/\\@,;]/.test(value);
