import { AppError } from '../../../src-shared/errors/app-error.ts';
import { printable, writeErr } from '../prompts/terminal.ts';

/**
 * Says on stderr what went wrong, as one line or as JSON.
 * @param exit the exit status, where the command has its own table
 */
export const reportError = (
  error: unknown,
  options: { readonly isJson: boolean; readonly isDebug: boolean; readonly exit?: number },
): number => {
  const known = error instanceof AppError ? error : unexpected(error);
  const exit = options.exit ?? known.exit;
  if (options.isJson) {
    const { code, message, hint, retryable } = known;
    writeErr(
      `${JSON.stringify({ schema: 1, error: { code, message, hint, retryable, exit, ...(known.details === undefined ? {} : { details: known.details }) } })}\n`,
    );
  } else {
    const hint = known.hint === '' ? '' : ` (${known.hint})`;
    writeErr(`keymolt: ${known.code}: ${printable(known.message + hint)}\n`);
  }
  // SECURITY: names of functions and lines of ours, and no message: a cause may quote what it choked on.
  if (options.isDebug && error instanceof Error) writeErr(stackFrames(error));
  return exit;
};

const unexpected = (error: unknown): AppError =>
  new AppError(
    'INTERNAL',
    `a mistake in keymolt itself (${error instanceof Error ? error.name : typeof error})`,
    'run it again with --debug, and report what it shows',
    { cause: error },
  );

const stackFrames = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => `keymolt: debug: ${printable(line.trim())}\n`)
    .join('');
