import { AppError } from '../../src-shared/errors/app-error.ts';

export interface ChildCommand {
  /** The program's path, as `resolveCommand` found it. */
  readonly file: string;
  /** What the person typed, then its arguments. Reaches the child unchanged; there is no shell. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Why the system did not start a program that was there when we looked; what we refused ourselves stays what it is. */
export const spawnError = (cause: unknown, { argv }: ChildCommand): AppError => {
  if (cause instanceof AppError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const name = argv[0] ?? '';
  if (code === 'ENOENT') {
    return new AppError(
      'COMMAND_NOT_FOUND',
      `'${name}' cannot be started: its interpreter is missing`,
      'check its first line',
      { cause },
    );
  }
  if (code === 'E2BIG') {
    return new AppError(
      'ENVIRONMENT_TOO_LARGE',
      'arguments and environment are too large for the system',
      'use --pristine or --only',
      { cause },
    );
  }
  return new AppError('COMMAND_NOT_EXECUTABLE', `'${name}' cannot be executed (${String(code)})`, '', {
    cause,
  });
};
