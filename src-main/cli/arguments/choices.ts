import { usage } from './arguments.ts';

/** The closed lists of the contract (src-shared/contract/views.ts), which the command line does not load; a test compares them. */
export const KIND_WORDS = ['live', 'test'] as const;
export const APPROVAL_WORDS = ['never', 'live', 'always'] as const;
export const GRANT_WORDS = ['tree', 'user'] as const;
export const GIVE_WORDS = ['stdin', 'environment'] as const;

/** @throws {AppError} USAGE */
export const oneOf = <Word extends string>(text: string, words: readonly Word[], flag: string): Word => {
  const found = words.find((word) => word === text);
  if (found === undefined) throw usage(`${flag} is one of ${words.join(', ')}, not '${text}'`);
  return found;
};

/** A whole number in a range. @throws {AppError} USAGE */
export const readNumber = (
  text: string,
  flag: string,
  { min, max }: { readonly min: number; readonly max: number },
): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw usage(`${flag} takes a number from ${min} to ${max}, not '${text}'`);
  return value;
};
