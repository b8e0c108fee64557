import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import type { StreamMasker } from './mask-stream.ts';

const CHUNK_BYTES = 65_536;
/** One is written while the next is read. */
const MOST_UNWRITTEN = 2;
/** EIO: a terminal that was closed. */
const READER_IS_GONE = new Set(['EPIPE', 'ECONNRESET', 'EIO']);

/** A descriptor of a pipe, the master's end of a pty, or a stream. */
export type ChannelSource = number | { readonly master: number } | Readable;

type SocketOptions = ConstructorParameters<typeof Socket>[0];

/** Where masked output goes. */
export interface OutputSink {
  /** Settles once all of it is out; `bytes` must stay as they are till then. @throws what write(2) says */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/**
 * One stream of a child on its way to one of ours: read, masked, written. Only the next chunk is read before one is
 * out. So a slow reader slows the child down as it would without us, and no more than two chunks are in memory.
 */
export class MaskedChannel {
  /** Settles once everything is written: true at the end of the child's stream, false once nobody reads any more. */
  readonly finished: Promise<boolean>;
  /** What went wrong on our side, a gone reader apart. */
  failure: NodeJS.ErrnoException | undefined;
  readonly #source: Readable;
  readonly #sink: OutputSink;
  readonly #masker: StreamMasker;
  #finish!: (isAtEnd: boolean) => void;
  #isFinished = false;
  #isAtEnd = false;
  #unwritten = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #chunks = 0;

  /** @param source what is given is ours from now on */
  constructor(source: ChannelSource, sink: OutputSink, masker: StreamMasker) {
    this.#sink = sink;
    this.#masker = masker;
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.#source = this.#open(source);
    // EIO is how a pty's master says that its last terminal was closed.
    this.#source.on('error', () => void this.#end());
    this.#source.on('end', () => void this.#end());
    this.#source.on('close', () => void this.#end());
    this.#source.resume();
  }

  /** For what is to be written to the other side, where it is the master's end of a pty. */
  get source(): Readable {
    return this.#source;
  }

  /**
   * After the child has ended: settles once what it has written is passed on, also where a process that it left
   * behind still holds the stream.
   */
  async drained(): Promise<void> {
    // A turn of the event loop reports what is there to be read; two in a row without anything, and there is nothing.
    for (let quiet = 0, seen = this.#chunks; quiet < 2 && !this.#isFinished;) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#unwritten > 0 || seen !== this.#chunks ? 0 : quiet + 1;
      seen = this.#chunks;
    }
    await this.#end();
  }

  /** Gives up what was not written yet. */
  abandon(): void {
    this.#settle(false);
  }

  /** Always the same memory: nothing else keeps what a child wrote. */
  #onread(): object {
    const buffers = Array.from({ length: MOST_UNWRITTEN }, () => Buffer.alloc(CHUNK_BYTES));
    let turn = 0;
    return {
      buffer: () => buffers[(turn += 1) % buffers.length],
      callback: (length: number, buffer: Uint8Array) => this.#take(buffer.subarray(0, length)),
    };
  }

  #open(source: ChannelSource): Readable {
    if (typeof source === 'number')
      return new Socket({
        fd: source,
        readable: true,
        writable: false,
        onread: this.#onread(),
      } as SocketOptions);
    if ('master' in source)
      // The types leave it out; tty.ReadStream hands all its options on to net.Socket.
      return new ReadStream(source.master, { onread: this.#onread() } as SocketOptions);
    return this.#listen(source);
  }

  #listen(source: Readable): Readable {
    return source.on('data', (chunk: Buffer) => {
      if (!this.#take(chunk)) source.pause();
    });
  }

  /** @returns whether the next chunk may be read before this one is out */
  #take(chunk: Uint8Array): boolean {
    this.#chunks += 1;
    this.#unwritten += 1;
    const bytes = this.#masker.push(chunk);
    this.#lastWrite = this.#lastWrite
      .then(() => this.#write(bytes))
      .then(async () => {
        this.#unwritten -= 1;
        if (this.#isAtEnd) await this.#end();
        else if (!this.#isFinished) this.#source.resume();
      });
    return this.#unwritten < MOST_UNWRITTEN;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#isFinished) return;
    try {
      await this.#sink.write(bytes);
    } catch (error) {
      const failure = error as NodeJS.ErrnoException;
      // Nobody reads any more. With our end closed, the child's next write gets it SIGPIPE, as it would without us.
      if (!READER_IS_GONE.has(failure.code ?? '')) this.failure = failure;
      this.#settle(false);
    }
  }

  async #end(): Promise<void> {
    this.#isAtEnd = true;
    if (this.#isFinished || this.#unwritten > 0) return;
    this.#unwritten += 1;
    await this.#write(this.#masker.end());
    this.#settle(true);
  }

  #settle(isAtEnd: boolean): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#source.destroy();
    this.#finish(isAtEnd);
  }
}
