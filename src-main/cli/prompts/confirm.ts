import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CommandContext } from '../context.ts';
import { askTerminal, hasTerminal, writeToTerminal } from './tty-reader.ts';
import { printable } from './terminal.ts';

/**
 * Lets a person type a word before something is destroyed; `--yes` stands for it.
 * @throws {AppError} INPUT_REQUIRED where there is nobody to ask; CANCELLED where another word was typed
 */
export const confirmByTyping = async (
  context: CommandContext,
  { what, word }: { readonly what: string; readonly word: string },
): Promise<void> => {
  if (context.flags.has('yes')) return;
  if (context.noInput || !hasTerminal()) {
    throw new AppError(
      'INPUT_REQUIRED',
      `this ${what}, and there is nobody to confirm it`,
      'confirm it in advance: --yes',
    );
  }
  writeToTerminal(`This ${printable(what)}.\n`);
  const typed = await askTerminal(`Type ${printable(word)} to go on: `, { echo: true });
  if (typed.toString('utf8').trim() !== word)
    throw new AppError('CANCELLED', 'not confirmed; nothing was done');
};

/** A question with yes or no. `--yes` is yes; where there is nobody to ask, it is no. */
export const askYesNo = async (context: CommandContext, question: string): Promise<boolean> => {
  if (context.flags.has('yes')) return true;
  if (context.noInput || !hasTerminal()) return false;
  const typed = await askTerminal(`${question} [y/N] `, { echo: true });
  return /^y(es)?$/i.test(typed.toString('utf8').trim());
};
