import type { WindowRunView } from '../../../src-shared/contract/views.ts';
import { messages } from './messages.ts';

/** How a run is called: by its profile, or by what was typed. */
export const runTitle = ({ title, command }: WindowRunView): string => title ?? joinCommand(command);

/** As a person would type it: what has blanks or quotes is quoted (`splitCommand` reads it back). */
export const joinCommand = (argv: readonly string[]): string =>
  argv
    .map((word) =>
      word !== '' && !/[\s"'\\]/.test(word)
        ? word
        : `"${word.replaceAll(/["\\]/g, (found) => `\\${found}`)}"`,
    )
    .join(' ');

/** How it ended, in words. */
export const endWords = ({ exit_code: code, signal }: NonNullable<WindowRunView['ended']>): string =>
  code !== null ? messages.endedCode(code) : signal === null ? messages.ended : messages.endedSignal(signal);
