import type { Readable, Writable } from 'node:stream';
import { AppError } from '../../../src-shared/errors/app-error.ts';

export type Params = Readonly<Record<string, unknown>>;

/** What the browser tells without being asked. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Params;
  /** Of which attached target; undefined: of the browser. */
  readonly sessionId: string | undefined;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

interface Waiting {
  readonly resolve: (result: Params) => void;
  readonly reject: (error: Error) => void;
}

const NUL = 0;

/**
 * The DevTools protocol over two pipes, as `--remote-debugging-pipe` speaks it: JSON messages, a NUL after each. The few
 * calls that a window needs, without a driver's half a second of loading and its 80 MB.
 * SECURITY: pipes that only parent and child have; no port is opened, which any process of the machine could talk to.
 */
export class DebuggingPipe {
  readonly #out: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: BrowserEvent) => void>();
  #unread: Buffer[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(input: Readable, out: Writable) {
    this.#out = out;
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    for (const end of [input, out]) {
      end.on('error', () => this.#close());
      end.on('close', () => this.#close());
    }
  }

  /** @returns the answer; rejects where the browser refuses, or is gone */
  readonly send = (method: string, params: Params = {}, sessionId?: string): Promise<Params> =>
    new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(browserGone());
        return;
      }
      const id = (this.#lastId += 1);
      this.#waiting.set(id, { resolve, reject });
      this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });

  /** @returns the way to stop */
  readonly listen = (listener: (event: BrowserEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #read(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NUL); end !== -1; end = chunk.indexOf(NUL, from)) {
      const text = Buffer.concat([...this.#unread, chunk.subarray(from, end)]).toString('utf8');
      this.#unread = [];
      from = end + 1;
      this.#take(JSON.parse(text) as Message);
    }
    if (from < chunk.length) this.#unread.push(chunk.subarray(from));
  }

  #take({ id, method, params, result, error, sessionId }: Message): void {
    if (id === undefined) {
      for (const listener of this.#listeners)
        listener({ method: method ?? '', params: params ?? {}, sessionId });
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new AppError('WINDOW_UNAVAILABLE', `The browser refused: ${error.message}.`));
  }

  #close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(browserGone());
    this.#waiting.clear();
  }
}

const browserGone = (): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'The browser has ended.',
    'Open Keymolt anew. Where it ends each time, look whether it starts by itself, or name another one with KEYMOLT_BROWSER.',
  );
