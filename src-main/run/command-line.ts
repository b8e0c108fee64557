import { AppError } from '../../src-shared/errors/app-error.ts';

/**
 * Splits a typed command line into arguments, without a shell: blanks separate, quotes and a backslash keep characters
 * together as POSIX says (Shell Command Language 2.2). Nothing is expanded; what a shell would act on outside quotes
 * is refused, because taking it literally would surprise whoever typed it.
 * @throws {AppError} USAGE
 */
export const splitCommandLine = (line: string): string[] => {
  const args: string[] = [];
  let current: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote === undefined && /\s/.test(character)) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else if (character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      current ??= '';
    } else if (character === '\\' && quote !== "'") {
      const next = line.charAt(at + 1);
      if (next === '') throw refuse('ends with a backslash');
      // Between double quotes a backslash keeps its meaning only before these.
      const isEscape = quote === undefined || '$`"\\'.includes(next);
      current = (current ?? '') + (isEscape ? next : character + next);
      at += 1;
    } else {
      if (quote === undefined && '|&;<>()$`*?[#~'.includes(character) && isActive(character, current)) {
        throw refuse(`has ${character}, which only a shell understands`);
      }
      if (quote === '"' && (character === '$' || character === '`')) {
        throw refuse(`has ${character}, which only a shell understands`);
      }
      current = (current ?? '') + character;
    }
  }
  if (quote !== undefined) throw refuse(`has a ${quote} without its other half`);
  if (current !== undefined) args.push(current);
  return args;
};

/** A shell looks at # and ~ only where a word begins. */
const isActive = (character: string, word: string | undefined): boolean =>
  character === '#' || character === '~' ? word === undefined : true;

const refuse = (why: string): AppError =>
  new AppError('USAGE', `the command line ${why}`, 'put it in quotes, or run a shell: sh -c "…"');
