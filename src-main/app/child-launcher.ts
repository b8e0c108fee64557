import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { checkSizes } from '../run/build-child-env.ts';
import type { ChildCommand, ChildEnd } from '../run/child-command.ts';
import { createMask, type Mask, StreamMasker } from '../run/masking/mask-stream.ts';
import { MaskedChannel, type OutputSink } from '../run/masking/masked-channel.ts';
import { signalTree } from '../run/process-tree.ts';
import { startOnPty } from '../run/pty-child.ts';
import { resolveCommand } from '../run/resolve-command.ts';
import { type PipedChild, startPiped } from '../run/spawn-child.ts';
import type { LaunchedCommand, Launcher, LaunchRequest } from '../services/ports.ts';

/** How long a command started in the window may take to end after it was told to. */
const KILL_AFTER_MS = 5000;
/** Typed, and not read by the command yet. */
const MOST_UNREAD_BYTES = 262_144;

/** Starts commands for the window: on a terminal where the system has them, output masked before anybody sees it. */
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
    const { command: argv, cwd, environment } = request;
    const command = { file: resolveCommand(argv[0] ?? '', environment, cwd), argv, env: environment, cwd };
    checkSizes(argv, environment);
    const child =
      process.platform === 'win32'
        ? await onPipes(command, mask, request)
        : onTerminal(command, mask, request);
    void child.ended.then(({ code, signal }) => {
      for (const { value } of request.masks) value.wipe();
      request.onEnd(code, signal);
    });
    return child;
  },
});

type Started = LaunchedCommand & { readonly ended: Promise<ChildEnd> };

/** SECURITY: output goes to a page, and a page never sees a value; one that cannot be masked is not launched with. */
function requireMaskable({ tooShort }: Mask): void {
  if (tooShort.length === 0) return;
  throw new AppError(
    'BAD_VALUE',
    `${tooShort.join(', ')} is too short to be hidden in a command’s output.`,
    'Start the command in a terminal with `keymolt run`.',
  );
}

/** The master's end of a pty, to be written to. */
interface KeySink {
  readonly destroyed: boolean;
  readonly writableLength: number;
  readonly write: (keys: string) => unknown;
}

function onTerminal(command: ChildCommand, mask: Mask, { size, onOutput }: LaunchRequest): Started {
  const child = startOnPty(
    { ...command, env: { ...command.env, TERM: 'xterm-256color', COLORTERM: 'truecolor' } },
    {},
    [size.columns, size.rows],
  );
  const channel = new MaskedChannel({ master: child.master }, textSink(onOutput), new StreamMasker(mask));
  const keys = channel.source as unknown as KeySink;
  return {
    pid: child.pid,
    isTerminal: true,
    stop: stopTree(child.pid, command.env['KEYMOLT_RUN_ID'], child.ended),
    type: (text) => typeInto(keys, text),
    resize: ({ columns, rows }) => {
      if (!keys.destroyed) child.resize(columns, rows);
    },
    ended: child.ended.then(async (end) => {
      await channel.drained();
      return end;
    }),
  };
}

async function onPipes(command: ChildCommand, mask: Mask, { onOutput }: LaunchRequest): Promise<Started> {
  const child: PipedChild = await startPiped(command);
  const channels = [child.stdout, child.stderr].map(
    (stream) => new MaskedChannel(stream, textSink(onOutput), new StreamMasker(mask)),
  );
  return {
    pid: child.pid,
    isTerminal: false,
    stop: (now) => child.stop(now ? 0 : KILL_AFTER_MS),
    type: () => true,
    resize: () => undefined,
    ended: child.ended.then(async (end) => {
      await Promise.all(channels.map(({ finished }) => finished));
      return end;
    }),
  };
}

/** Pieces of a character wait for the rest of it. */
function textSink(onOutput: LaunchRequest['onOutput']): OutputSink {
  const decoder = new StringDecoder('utf8');
  return {
    write: async (bytes) => {
      const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      if (text !== '') await onOutput(text);
    },
  };
}

function typeInto(keys: KeySink, text: string): boolean {
  if (keys.destroyed || keys.writableLength > MOST_UNREAD_BYTES) return false;
  keys.write(text);
  return true;
}

function stopTree(pid: number, runId: string | undefined, ended: Promise<unknown>): LaunchedCommand['stop'] {
  let isOver = false;
  const over = ended.then(() => (isOver = true));
  return (now) => {
    if (isOver) return;
    signalTree(pid, now ? 'SIGKILL' : 'SIGTERM', runId);
    if (now) return;
    const timer = setTimeout(() => signalTree(pid, 'SIGKILL', runId), KILL_AFTER_MS);
    timer.unref();
    void over.then(() => clearTimeout(timer));
  };
}
