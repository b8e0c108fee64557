import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { createMask, StreamMasker } from '../run/masking/mask-stream.ts';
import { findProgram } from '../run/resolve-command.ts';
import { type PipedChild, startPiped } from '../run/spawn-child.ts';
import type { CommandEnd, CommandRequest, DeploymentCommands } from './ports.ts';

const KILL_AFTER_MS = 3000;
/** A process that the command left behind may keep its output open for ever. */
const LET_GO_AFTER_MS = KILL_AFTER_MS + 2000;
const MAX_OUTPUT_BYTES = 65_536;
const SHOWN_CHARACTERS = 400;

/** Commands that bring a value to where it is used. Started by the agent, so with the agent's environment. */
export function createDeploymentCommands(
  env: Readonly<Record<string, string | undefined>>,
): DeploymentCommands {
  const inherited = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('KEYMOLT_') ? [] : [[name, value]],
    ),
  );
  const requireStartable = (argv: readonly string[], cwd: string): string => {
    if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new AppError('FILE_NOT_FOUND', `The folder ${cwd} is not there.`, 'The command starts in it.');
    return findProgram(argv[0] ?? '', inherited, cwd);
  };
  return {
    requireStartable: (argv, cwd) => void requireStartable(argv, cwd),
    async run(request) {
      const { argv, cwd, give, value, signal } = request;
      const file = requireStartable(argv, cwd);
      requireRunning(signal);
      // SECURITY: on stdin or in the environment of this one child, never in argv, which everybody can read.
      const child = await startPiped(
        {
          file,
          argv,
          cwd,
          env: {
            ...inherited,
            ...request.environment,
            ...(give.to === 'environment' ? { [give.variable]: value.expose().toString('utf8') } : {}),
          },
        },
        give.to === 'stdin' ? value.expose() : undefined,
      );
      const output = collect(child, request);
      const end = await endOf(child, request);
      requireRunning(signal);
      return { ...end, output: output() };
    },
  };
}

function requireRunning(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new AppError('CANCELLED', 'The command was stopped.', 'It may have done a part of its work.');
}

function endOf(
  child: PipedChild,
  { timeoutMs, signal }: CommandRequest,
): Promise<Omit<CommandEnd, 'output'>> {
  return new Promise((resolve) => {
    let isTimedOut = false;
    const finish = (end: { code: number | null; signal: string | null }): void => {
      clearTimeout(timer);
      clearTimeout(last);
      signal.removeEventListener('abort', stop);
      resolve({ ...end, isTimedOut });
    };
    let last: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.stop(KILL_AFTER_MS);
      last = setTimeout(() => finish({ code: null, signal: 'SIGKILL' }), LET_GO_AFTER_MS);
    };
    const timer = setTimeout(() => {
      isTimedOut = true;
      stop();
    }, timeoutMs);
    signal.addEventListener('abort', stop);
    void child.ended.then(finish);
  });
}

/** @returns the end of what was said so far, on one line */
function collect(child: PipedChild, { mask: { name, publicPrefix }, value }: CommandRequest): () => string {
  const mask = createMask([{ name, value: value.expose(), publicPrefix }]);
  const parts: Buffer[] = [];
  let length = 0;
  const keep = (bytes: Uint8Array): void => {
    parts.push(Buffer.from(bytes));
    length += bytes.length;
    while (length > MAX_OUTPUT_BYTES && parts.length > 1) length -= parts.shift()?.length ?? 0;
  };
  const follow = (stream: Readable): void => {
    const masker = new StreamMasker(mask);
    stream.on('data', (chunk: Buffer) => keep(masker.push(chunk)));
    stream.on('end', () => keep(masker.end()));
  };
  follow(child.stdout);
  follow(child.stderr);
  return () => {
    // SECURITY: what is too short to be masked could stand anywhere in it.
    if (mask.tooShort.length > 0) return '';
    const text = Buffer.concat(parts).toString('utf8').replace(/\s+/g, ' ').trim();
    return text.length > SHOWN_CHARACTERS ? `…${text.slice(-SHOWN_CHARACTERS)}` : text;
  };
}
