import { readFileSync, statSync } from 'node:fs';
import type { ChildCommand } from './child-command.ts';

const ENV = '/usr/bin/env';
/** Node leaves these two ignored, and an ignored signal stays ignored across execve(2). */
const RESET_SIGNALS = '--default-signal=PIPE,XFSZ';
/** GNU's env is fifty kilobytes; a file far larger is a box of many programs, and reading it would cost the start. */
const MAX_ENV_BYTES = 1 << 19;

type Execve = (file: string, args: readonly string[], env: Readonly<Record<string, string>>) => never;

/**
 * Whether this process can become the child (docs/decisions/0018): on Linux, with a Node that has execve, and an `env`
 * that can put signals back. What `env` would read as something else than a command is left to a spawn.
 */
export const canHandOver = (command: ChildCommand): boolean =>
  typeof (process as { execve?: Execve }).execve === 'function' && isForEnv(command);

const isForEnv = ({ argv, env }: ChildCommand): boolean => {
  const [name = ''] = argv;
  return (
    process.platform === 'linux' &&
    !name.includes('=') &&
    name !== '-' &&
    // env searches the child's PATH; without one the system would search other folders than we did.
    (name.includes('/') || env['PATH'] !== undefined) &&
    canResetSignals()
  );
};

/**
 * Makes this process the child: same pid, nothing of ours left. Nothing may have touched process.stdin and its like, or
 * the child's streams would be non-blocking. Program and sizes must have been checked: where execve(2) fails, Node
 * aborts. `env` stands between because it says 126 and 127 for what no check can foresee.
 */
export const handOver = ({ argv, env }: ChildCommand): never =>
  (process as unknown as { execve: Execve }).execve(ENV, ['env', ...envArguments(argv)], env);

/** How `env` is called to become a command; undefined where it cannot. */
export const throughEnv = (
  command: ChildCommand,
): { readonly file: string; readonly args: readonly string[] } | undefined =>
  isForEnv(command) ? { file: ENV, args: envArguments(command.argv) } : undefined;

const envArguments = (argv: readonly string[]): string[] => [RESET_SIGNALS, '--', ...argv];

const canResetSignals = (): boolean => {
  try {
    return statSync(ENV).size <= MAX_ENV_BYTES && readFileSync(ENV).includes('default-signal');
  } catch {
    return false;
  }
};
