import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { checkSizes } from '../run/build-child-env.ts';
import { createMask, type Mask, StreamMasker } from '../run/mask-stream.ts';
import { resolveCommand } from '../run/resolve-command.ts';
import { startPiped } from '../run/spawn-child.ts';
import type { Launcher, LaunchRequest } from '../services/ports.ts';

/** How long a command started in the window may take to end after it was told to. */
const KILL_AFTER_MS = 10_000;

/** Starts commands for the window: no terminal, output masked before anybody sees it. */
export const childLauncher = (
  env: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): Launcher => ({
  homeFolder,
  inheritedEnvironment: () =>
    Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  launch: async (request) => {
    const mask = createMask(
      request.masks.map(({ name, value, publicPrefix }) => ({ name, value: value.expose(), publicPrefix })),
    );
    requireMaskable(mask);
    const file = resolveCommand(request.command[0] ?? '', request.environment, request.cwd);
    checkSizes(request.command, request.environment);
    const child = await startPiped({
      file,
      argv: request.command,
      env: request.environment,
      cwd: request.cwd,
    });
    passOn(child.stdout, 'stdout', mask, request);
    passOn(child.stderr, 'stderr', mask, request);
    void child.ended.then(({ code, signal }) => {
      for (const { value } of request.masks) value.wipe();
      request.onEnd(code, signal);
    });
    return { pid: child.pid, stop: () => child.stop(KILL_AFTER_MS) };
  },
});

/** SECURITY: output goes to a page, and a page never sees a value; one that cannot be masked is not launched with. */
function requireMaskable({ tooShort }: Mask): void {
  if (tooShort.length === 0) return;
  throw new AppError(
    'BAD_VALUE',
    `${tooShort.join(', ')} is too short to be hidden in a command’s output.`,
    'Start the command in a terminal with `keymolt run`.',
  );
}

function passOn(
  source: Readable,
  stream: 'stdout' | 'stderr',
  mask: Mask,
  { onOutput }: LaunchRequest,
): void {
  const masker = new StreamMasker(mask);
  const decoder = new StringDecoder('utf8');
  const show = (bytes: Uint8Array): void => {
    const text = decoder.write(Buffer.from(bytes));
    if (text !== '') onOutput(stream, text);
  };
  source.on('data', (chunk: Buffer) => show(masker.push(chunk)));
  source.on('end', () => {
    show(masker.end());
    const rest = decoder.end();
    if (rest !== '') onOutput(stream, rest);
  });
}
