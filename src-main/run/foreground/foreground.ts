import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ChildCommand } from '../child-command.ts';
import { type ChildPipe, makePipes } from './child-pipes.ts';
import { DescriptorWriter } from './descriptor-writer.ts';
import type { ForegroundChild, ForegroundOptions } from './foreground-child.ts';
import { createMask, type Mask, StreamMasker } from '../masking/mask-stream.ts';
import { MaskedChannel } from '../masking/masked-channel.ts';
import { isOneStream } from '../masking/output-plan.ts';
import { leftBehind, signalTree } from '../process-tree.ts';
import { startChild } from '../spawn-child.ts';

const CLOSE_GRACE_MS = 50;

/**
 * Starts a child on our streams, with a mask between where the plan has one.
 * @throws {AppError} as startChild, and PTY_UNAVAILABLE
 */
export const startForeground = async (
  command: ChildCommand,
  options: ForegroundOptions,
): Promise<ForegroundChild> => {
  const { plan, secrets, keepsStreams = false } = options;
  if (plan.stdout === 'pty' || plan.stderr === 'pty') {
    const { startForegroundOnPty } = await import('./pty-foreground.ts');
    return startForegroundOnPty(command, options);
  }
  const piped = ([1, 2] as const).filter(
    (descriptor) => (descriptor === 1 ? plan.stdout : plan.stderr) === 'pipe',
  );
  const isShared = piped.length === 2 && isOneStream();
  // One pipe for both: what the child writes to the one and to the other comes in the order it wrote it.
  const lanes: (readonly number[])[] = isShared ? [piped] : piped.map((descriptor) => [descriptor]);
  const pipes = lanes.length === 0 ? [] : await makePipes(lanes.length);
  const laneOf = (descriptor: number): number => lanes.findIndex((lane) => lane.includes(descriptor));
  const stdio = [0, 1, 2].map((descriptor) => {
    const lane = laneOf(descriptor);
    return lane === -1 ? ('inherit' as const) : (pipes?.[lane]?.writeEnd ?? ('pipe' as const));
  });
  const child = await startChild(command, { stdio }).finally(() => closeWriteEnds(pipes));

  let isRunning = true;
  void child.ended.then(() => (isRunning = false));
  const channels = startChannels(
    lanes,
    pipes,
    [child.stdout, child.stderr],
    createMask(secrets),
    () => isRunning && !keepsStreams,
  );
  return {
    pid: child.pid,
    exited: child.ended,
    signal: child.signal,
    signalTree: (signal) => signalTree(child.pid, signal, command.env['KEYMOLT_RUN_ID']),
    leftBehind: () => leftBehind(child.pid, command.env['KEYMOLT_RUN_ID']),
    abandonOutput: () => {
      for (const channel of channels) channel.abandon();
    },
    ended: child.ended.then(async (end) => {
      await Promise.all(channels.map((channel) => channel.drained()));
      return { ...end, writeFailure: channels.find(({ failure }) => failure !== undefined)?.failure };
    }),
  };
};

const closeWriteEnds = (pipes: readonly ChildPipe[] | undefined): void => {
  for (const { writeEnd } of pipes ?? []) closeSync(writeEnd);
};

const startChannels = (
  lanes: readonly (readonly number[])[],
  pipes: readonly ChildPipe[] | undefined,
  streams: readonly (Readable | null)[],
  mask: Mask,
  mayClose: () => boolean,
): MaskedChannel[] =>
  lanes.flatMap((lane, at) => {
    const sink = new DescriptorWriter(lane);
    // Without pipes of ours each stream has one of Node's, and what they share is lost.
    const sources =
      pipes === undefined ? lane.map((descriptor) => streams[descriptor - 1]) : [pipes[at]?.readEnd];
    return sources.flatMap((source) => {
      if (source === undefined || source === null) return [];
      const channel = new MaskedChannel(source, sink, new StreamMasker(mask));
      // A child that closes its stdout and goes on: its reader is to see the end, as it would without us.
      // Mostly it is about to end itself, and we may have something to say.
      if (sources.length === 1)
        void channel.finished.then((isAtEnd) => {
          if (isAtEnd) setTimeout(() => mayClose() && sink.close(), CLOSE_GRACE_MS).unref();
        });
      return [channel];
    });
  });
