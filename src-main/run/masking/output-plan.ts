import { fstatSync, type Stats } from 'node:fs';

export type MaskMode = 'auto' | 'always' | 'never';

/** What a stream of ours is: `discarded` are devices that nobody reads from, such as /dev/null. */
export type StreamKind = 'terminal' | 'discarded' | 'piped';

/** How a stream of the child is made: ours as it is, a pipe that is masked on its way, or a pty. */
export type ChildStream = 'inherit' | 'pipe' | 'pty';

export interface OutputPlan {
  readonly stdin: 'inherit' | 'pty';
  readonly stdout: ChildStream;
  readonly stderr: ChildStream;
}

/**
 * What stands between the child's streams and ours. A terminal is passed through untouched unless `always` asks for a
 * pty; whatever ends in a pipe, a socket or a file is masked. A child on a pty reads its keys from there too: the
 * terminal itself belongs to another session.
 */
export const planOutput = (
  mode: MaskMode,
  kinds: { readonly stdin: StreamKind; readonly stdout: StreamKind; readonly stderr: StreamKind },
): OutputPlan => {
  const planOne = (kind: StreamKind): ChildStream => {
    if (mode === 'never' || kind === 'discarded') return 'inherit';
    if (kind === 'piped') return 'pipe';
    return mode === 'always' ? 'pty' : 'inherit';
  };
  const stdout = planOne(kinds.stdout);
  const stderr = planOne(kinds.stderr);
  const hasPty = stdout === 'pty' || stderr === 'pty';
  return { stdin: hasPty && kinds.stdin === 'terminal' ? 'pty' : 'inherit', stdout, stderr };
};

/** Whether the child could have our streams and nobody between. */
export const isUntouched = ({ stdout, stderr }: OutputPlan): boolean =>
  stdout === 'inherit' && stderr === 'inherit';

/** Looks at a descriptor without opening a stream on it. */
export const kindOfStream = (descriptor: 0 | 1 | 2): StreamKind => {
  const stats = statsOf(descriptor);
  if (stats === undefined || isMemoryDevice(stats)) return 'discarded';
  const mayBeTerminal = stats.isCharacterDevice() || process.platform === 'win32';
  // Loaded where it is needed: every start of a command pays for it.
  return mayBeTerminal && process.getBuiltinModule('node:tty').isatty(descriptor) ? 'terminal' : 'piped';
};

/** Whether stdout and stderr are one and the same, as after `2>&1`: then their order is kept. */
export const isOneStream = (): boolean => {
  const out = statsOf(1);
  const err = statsOf(2);
  return out?.dev === err?.dev && out?.ino === err?.ino;
};

const statsOf = (descriptor: number): Stats | undefined => {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
};

/** Linux, Documentation/admin-guide/devices.txt: 1:3 is null, 1:5 zero, 1:7 full. */
const DISCARDING_DEVICES = [0x103, 0x105, 0x107];
const isMemoryDevice = (stats: Stats): boolean =>
  stats.isCharacterDevice() && process.platform === 'linux' && DISCARDING_DEVICES.includes(stats.rdev);
