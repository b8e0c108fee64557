import { AppError } from '../../../src-shared/errors/app-error.ts';

export const HEADER_BYTES = 12;

export interface FrameLimits {
  readonly maxEnvelopeBytes: number;
  readonly maxResultBytes: number;
  readonly maxAttachmentsBytes: number;
  /** Of the three parts together. */
  readonly maxTotalBytes: number;
}

/** What a server takes from anybody who can connect. */
export const REQUEST_LIMITS: FrameLimits = {
  maxEnvelopeBytes: 65_536,
  maxResultBytes: 0,
  maxAttachmentsBytes: 65_536,
  maxTotalBytes: 65_536,
};
/** What a client takes from the agent: answers are as long as needed, but a stray peer must not eat the memory. */
export const ANSWER_LIMITS: FrameLimits = {
  maxEnvelopeBytes: 1_048_576,
  maxResultBytes: 268_435_456,
  maxAttachmentsBytes: 67_108_864,
  maxTotalBytes: 268_435_456,
};
export interface Frame {
  readonly envelope: Buffer;
  readonly result: Buffer;
  readonly attachments: Buffer;
}

/** The error for a message that is not what the protocol says. */
export const refuse = (what: string): AppError =>
  new AppError('BAD_REQUEST', `the message on the agent's socket is malformed: ${what}`);

/**
 * Cuts a byte stream into frames. Copies what it is given, so the caller may wipe or reuse its chunks.
 * After `push` has thrown, the stream is lost: close the connection.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;
  #lengths: readonly [number, number, number] = [0, 0, 0];

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** A frame was begun and not finished. */
  get isMidFrame(): boolean {
    return this.#headerFilled > 0;
  }

  /** @throws {AppError} BAD_REQUEST where a length is over its limit; nothing is allocated for it */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      if (this.#body === undefined) {
        const taken = Math.min(HEADER_BYTES - this.#headerFilled, chunk.length - at);
        this.#header.set(chunk.subarray(at, at + taken), this.#headerFilled);
        this.#headerFilled += taken;
        at += taken;
        if (this.#headerFilled < HEADER_BYTES) return frames;
        this.#body = Buffer.alloc(this.#readLengths());
        this.#bodyFilled = 0;
      }
      const taken = Math.min(this.#body.length - this.#bodyFilled, chunk.length - at);
      this.#body.set(chunk.subarray(at, at + taken), this.#bodyFilled);
      this.#bodyFilled += taken;
      at += taken;
      if (this.#bodyFilled < this.#body.length) return frames;
      frames.push(this.#cut(this.#body));
      this.#body = undefined;
      this.#headerFilled = 0;
      if (at === chunk.length) return frames;
    }
  }

  /** Forgets a half-received frame, with what it held. */
  wipe(): void {
    this.#body?.fill(0);
    this.#body = undefined;
    this.#headerFilled = 0;
  }

  #readLengths(): number {
    const envelope = this.#header.readUInt32BE(0);
    const result = this.#header.readUInt32BE(4);
    const attachments = this.#header.readUInt32BE(8);
    const total = envelope + result + attachments;
    const { maxEnvelopeBytes, maxResultBytes, maxAttachmentsBytes, maxTotalBytes } = this.#limits;
    // SECURITY: checked before any allocation; the lengths come from whoever connected.
    if (
      envelope > maxEnvelopeBytes ||
      result > maxResultBytes ||
      attachments > maxAttachmentsBytes ||
      total > maxTotalBytes
    ) {
      throw refuse(`longer than the ${maxTotalBytes} bytes allowed`);
    }
    if (envelope === 0) throw refuse('no envelope');
    this.#lengths = [envelope, result, attachments];
    return total;
  }

  #cut(body: Buffer): Frame {
    const [envelope, result] = this.#lengths;
    return {
      envelope: body.subarray(0, envelope),
      result: body.subarray(envelope, envelope + result),
      attachments: body.subarray(envelope + result),
    };
  }
}

export const EMPTY = Buffer.alloc(0);

/** The pieces of one frame, in order, to be written one after the other (corked). */
export const encodeFrame = (
  envelope: object,
  result: Uint8Array = EMPTY,
  attachments: readonly Uint8Array[] = [],
): Uint8Array[] => {
  const head = Buffer.from(JSON.stringify(envelope), 'utf8');
  const lengths = Buffer.alloc(HEADER_BYTES);
  lengths.writeUInt32BE(head.length, 0);
  lengths.writeUInt32BE(result.length, 4);
  lengths.writeUInt32BE(
    attachments.reduce((sum, part) => sum + part.length, 0),
    8,
  );
  return [Buffer.concat([lengths, head]), result, ...attachments].filter((part) => part.length > 0);
};
