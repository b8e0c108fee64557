import { writeSync } from 'node:fs';

/**
 * The two streams. Written straight to their descriptors: a process.stdout would cost the start of every command, and
 * would leave a terminal or pipe that a child inherits in non-blocking mode.
 */

const STDOUT = 1;
const STDERR = 2;

export const writeOut = (bytes: string | Uint8Array): void => writeAll(STDOUT, bytes);
export const writeErr = (text: string): void => writeAll(STDERR, text);

// Loaded when it is asked: with --json nothing does.
export const isTerminal = (stream: 'stdin' | 'stdout' | 'stderr'): boolean =>
  process.getBuiltinModule('node:tty').isatty({ stdin: 0, stdout: 1, stderr: 2 }[stream]);

const RETRY_MS = 5;

const writeAll = (descriptor: number, data: string | Uint8Array): void => {
  let rest = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN') {
        // Whoever shares the pipe made it non-blocking, and its reader is slow.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        continue;
      }
      // Nobody reads any more. 141 is what a shell shows of a program that SIGPIPE ended; Node ignores that signal.
      if (code === 'EPIPE' && descriptor === STDOUT) process.exit(141);
      return;
    }
  }
};

export { printable } from '../../../src-shared/domain/printable.ts';

export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';
const SGR: Readonly<Record<Colour, string>> = { red: '31', yellow: '33', green: '32', dim: '2', bold: '1' };

/** Paints text, or leaves it, by one decision for the whole command. */
export type Paint = (colour: Colour, text: string) => string;
export const paintFor =
  (isColoured: boolean): Paint =>
  (colour, text) =>
    isColoured ? `\u001b[${SGR[colour]}m${text}\u001b[0m` : text;
