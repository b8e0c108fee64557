import { spawnSync } from 'node:child_process';
import { ReadStream, WriteStream } from 'node:tty';
import { isForeground } from './signal-relay.ts';

/** Our own terminal, while a child lives on another one: its size, and its keys as they are typed. */
export class OwnTerminal {
  readonly #output: WriteStream & { _refreshSize?: () => void };
  #input: ReadStream | undefined;
  #onKeys: ((keys: Buffer, done: () => void) => void) | undefined;
  /** As stty(1) writes them down. */
  #settings: string | undefined;

  /** @param output a descriptor that is a terminal */
  constructor(output: 1 | 2) {
    this.#output = new WriteStream(output);
    this.#output.on('error', () => undefined);
  }

  size(): readonly [number, number] {
    // Node looks at the size again on SIGWINCH, but only for its own process.stdout.
    this.#output._refreshSize?.();
    const { columns, rows } = this.#output;
    return [columns > 0 ? columns : 80, rows > 0 ? rows : 24];
  }

  /** How it is set; undefined where stty(1) is not to be had. */
  settings(): string | undefined {
    const said = sttyHere('-g') ?? '';
    return /^[\w:]+$/.test(said) ? said : undefined;
  }

  /**
   * From here on every key goes to `onKeys` as it is, Ctrl-C too; `done` asks for more. In the background the terminal
   * is not ours to take: it waits for `retake`.
   */
  takeKeys(onKeys: (keys: Buffer, done: () => void) => void): void {
    this.#onKeys = onKeys;
    this.retake();
  }

  /** Takes it, again after it was given back. */
  retake(): void {
    if (this.#onKeys === undefined || !isForeground()) return;
    this.#input ??= this.#read(this.#onKeys);
    this.#settings = this.settings();
    // Not Node's raw mode, which goes on making \r\n of the \n that the child's own terminal has made \r\n of already.
    if (this.#settings === undefined || sttyHere('raw', '-echo') === undefined) this.#input.setRawMode(true);
    this.#input.resume();
  }

  /** As we found it. */
  giveBack(): void {
    if (this.#input === undefined) return;
    this.#input.pause();
    if (this.#settings === undefined || sttyHere(this.#settings) === undefined) this.#input.setRawMode(false);
  }

  end(): void {
    this.giveBack();
    this.#onKeys = undefined;
    this.#input?.destroy();
  }

  #read(onKeys: (keys: Buffer, done: () => void) => void): ReadStream {
    const input = new ReadStream(0);
    input.on('error', () => undefined);
    input.on('data', (keys: Buffer) => {
      input.pause();
      onKeys(keys, () => input.resume());
    });
    return input;
  }
}

/** stty(1) on our stdin. @returns what it says; undefined where it failed */
const sttyHere = (...args: string[]): string | undefined => {
  const { status, stdout } = spawnSync('stty', args, {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
};

/** Gives another terminal these settings, such as which key erases. */
export const copySettings = (name: string, settings: string): void => {
  sttyThere(name, settings);
};

/** Whether Ctrl-C and the like mean a signal there, or are keys like others, as in an editor. */
export const hasSignalKeys = (name: string): boolean => !sttyThere(name, '-a').includes('-isig');

const sttyThere = (name: string, argument: string): string =>
  spawnSync('stty', ['-F', name, argument], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).stdout;
