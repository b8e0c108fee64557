import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { isTerminal, printable } from './terminal.ts';

const TERMINAL = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty';
const TERMINAL_OUT = process.platform === 'win32' ? '\\\\.\\CONOUT$' : '/dev/tty';

/** Whether there is a terminal to ask on, be stdin what it may. */
export const hasTerminal = (): boolean => {
  // A job that was put aside, with neither stream on a terminal, has nobody looking at it.
  if (!isTerminal('stdin') && !isTerminal('stderr')) return false;
  try {
    closeSync(openSync(TERMINAL, 'r+'));
    return true;
  } catch {
    return false;
  }
};

/** Writes to the terminal itself, past all pipes. */
export const writeToTerminal = (text: string): void => {
  const descriptor = openSync(TERMINAL_OUT, 'w');
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
};

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const ERASE = new Set([0x08, 0x7f]);
const ENTER = new Set([0x0a, 0x0d]);
const MAX_BYTES = 65_536;

/**
 * Asks on the terminal and reads one line. Without echo the answer is in no scroll-back; it is a Buffer so that it can
 * be wiped. The terminal is put back as it was on every way out, signals included.
 * @throws {AppError} CANCELLED on Ctrl-C, Ctrl-D, or when a signal ends the process
 */
export const askTerminal = (question: string, options: { readonly echo: boolean }): Promise<Buffer> => {
  const descriptor = openSync(TERMINAL, 'r+');
  const stream = new ReadStream(descriptor);
  // First, or what a quick hand types would still be shown.
  stream.setRawMode(true);
  writeToTerminal(printable(question));
  const typed = Buffer.alloc(MAX_BYTES);
  let length = 0;
  let isInEscape = false;

  return new Promise((resolve, reject) => {
    const restore = (): void => {
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
      process.removeListener('exit', restore);
      stream.removeAllListeners();
      stream.setRawMode(false);
      stream.destroy();
    };
    const finish = (outcome: Buffer | AppError): void => {
      restore();
      writeToTerminal('\n');
      if (outcome instanceof AppError) reject(outcome);
      else resolve(outcome);
    };
    const onSignal = (signal: NodeJS.Signals): void => {
      typed.fill(0);
      restore();
      // With our handler gone, the signal does what it does by default.
      process.kill(process.pid, signal);
    };
    const erase = (): void => {
      // A UTF-8 character ends at its first byte: the others are 10xxxxxx.
      do {
        length -= 1;
        if (options.echo && ((typed[length] ?? 0) & 0xc0) !== 0x80) writeToTerminal('\b \b');
      } while (length > 0 && ((typed[length] ?? 0) & 0xc0) === 0x80);
      typed[length] = 0;
    };
    const take = (byte: number): boolean => {
      if (isInEscape) {
        // The end of an escape sequence, such as of an arrow key or of a bracketed paste.
        if ((byte >= 0x40 && byte <= 0x7e && byte !== 0x5b) || byte < 0x20) isInEscape = false;
        return false;
      }
      if (byte === ESCAPE) isInEscape = true;
      else if (ENTER.has(byte)) return true;
      else if (ERASE.has(byte)) {
        if (length > 0) erase();
      } else if (byte === CTRL_U) {
        while (length > 0) erase();
      } else if (byte >= 0x20 && length < MAX_BYTES) {
        typed[length] = byte;
        length += 1;
        if (options.echo) writeToTerminal(String.fromCharCode(byte).replace(/[^ -~]/, '*'));
      }
      return false;
    };
    const cancel = (): void => {
      typed.fill(0);
      finish(new AppError('CANCELLED', 'cancelled'));
    };
    stream.on('data', (chunk: Buffer) => {
      for (const byte of chunk) {
        if (byte === CTRL_C || (byte === CTRL_D && length === 0)) {
          cancel();
          return;
        }
        if (take(byte)) {
          const answer = Buffer.from(typed.subarray(0, length));
          typed.fill(0);
          chunk.fill(0);
          finish(answer);
          return;
        }
      }
      chunk.fill(0);
    });
    stream.on('error', cancel);
    stream.on('end', cancel);
    for (const signal of SIGNALS) process.on(signal, onSignal);
    process.on('exit', restore);
  });
};

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];
