import { Transform } from 'node:stream';
import { MaskAutomaton } from './mask-automaton.ts';
import { type MaskedSecret, MIN_MASKED_BYTES, patternsOf } from './mask-patterns.ts';

export type { MaskedSecret } from './mask-patterns.ts';

/** What to look for, made once for all streams of a child. */
export interface Mask {
  readonly automaton: MaskAutomaton;
  readonly replacements: readonly Buffer[];
  /** Names of the secrets too short to be masked without blackening ordinary words. */
  readonly tooShort: readonly string[];
}

export const createMask = (secrets: readonly MaskedSecret[]): Mask => ({
  automaton: new MaskAutomaton(
    secrets.flatMap((secret, label) =>
      secret.value.length < MIN_MASKED_BYTES ? [] : patternsOf(secret, label),
    ),
  ),
  // SECURITY: its length depends on the name alone, so that it tells nothing of the value.
  replacements: secrets.map(({ name }) => Buffer.from(`[molt:${name}]`)),
  tooShort: secrets.filter(({ value }) => value.length < MIN_MASKED_BYTES).map(({ name }) => name),
});

interface Covered {
  start: number;
  end: number;
  label: number;
  /** Of the match that gave the label. */
  matchLength: number;
}

/**
 * Replaces secrets in one stream of bytes, however it is cut into chunks. Every byte of every match is replaced, and
 * overlapping matches as one. A telling beginning waits without a time limit for its decision; of a shorter one that
 * was let through, the rest is replaced once it turns out to have been a secret (CLI.md, "run, exactly").
 */
export class StreamMasker {
  readonly #mask: Mask;
  #state = 0;
  /** Bytes that wait, from position `#emitted` on. */
  #held: Uint8Array = new Uint8Array(0);
  /** How many bytes of the stream are out. */
  #emitted = 0;
  /** What is covered by matches from `#emitted` on, in order, without overlap. */
  #covered: Covered[] = [];

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** @returns what can be shown now; may be a part of `chunk` itself */
  push(chunk: Uint8Array): Uint8Array {
    const start = this.#emitted + this.#held.length;
    this.#scan(chunk, start);
    const end = start + chunk.length;
    const waiting = this.#mask.automaton.holdLength[this.#state] ?? 0;
    return this.#emit(chunk, Math.max(this.#emitted, end - waiting), end);
  }

  /** @returns what still waited: the stream is at its end, so it was no secret */
  end(): Uint8Array {
    const end = this.#emitted + this.#held.length;
    this.#state = 0;
    return this.#emit(new Uint8Array(0), end, end);
  }

  #scan(chunk: Uint8Array, start: number): void {
    const { automaton } = this.#mask;
    const { dense, denseCount, matchLength, minLength, skip } = automaton;
    const reach = minLength - 1;
    const lastFull = chunk.length - minLength;
    let state = this.#state;
    for (let at = 0; at < chunk.length; at += 1) {
      if (state === 0) {
        // Nothing has begun, and mostly nothing can begin for a while.
        while (at <= lastFull) {
          const step = skip[((chunk[at + reach - 1] ?? 0) << 8) | (chunk[at + reach] ?? 0)] ?? 0;
          if (step === 0) break;
          at += step;
        }
      }
      const byte = chunk[at] ?? 0;
      state = state < denseCount ? (dense[(state << 8) | byte] ?? 0) : automaton.next(state, byte);
      if (state !== 0 && matchLength[state] !== 0) this.#cover(state, start + at + 1);
    }
    this.#state = state;
  }

  #cover(state: number, end: number): void {
    const { automaton } = this.#mask;
    const matchLength = automaton.matchLength[state] ?? 0;
    const merged: Covered = {
      start: Math.max(end - matchLength, this.#emitted),
      end,
      label: automaton.matchLabel[state] ?? 0,
      matchLength,
    };
    for (
      let last = this.#covered.at(-1);
      last !== undefined && last.end > merged.start;
      last = this.#covered.at(-1)
    ) {
      this.#covered.pop();
      merged.start = Math.min(merged.start, last.start);
      if (last.matchLength >= merged.matchLength) {
        merged.label = last.label;
        merged.matchLength = last.matchLength;
      }
    }
    this.#covered.push(merged);
  }

  /** Lets everything before `limit` out, and whole matches that begin there. */
  #emit(chunk: Uint8Array, limit: number, end: number): Uint8Array {
    if (this.#covered.length === 0 && this.#held.length === 0 && limit === end) {
      this.#emitted = end;
      return chunk;
    }
    const base = this.#emitted;
    const pending = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const parts: Uint8Array[] = [];
    let at = base;
    while (this.#covered[0] !== undefined && this.#covered[0].start < limit) {
      const { start, end: coveredEnd, label } = this.#covered[0];
      this.#covered.shift();
      parts.push(
        pending.subarray(at - base, start - base),
        this.#mask.replacements[label] ?? new Uint8Array(0),
      );
      at = coveredEnd;
    }
    if (at < limit) {
      parts.push(pending.subarray(at - base, limit - base));
      at = limit;
    }
    // A copy: the caller may use the chunk's memory again.
    this.#held = Uint8Array.prototype.slice.call(pending, at - base);
    this.#emitted = at;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }
}

/** A StreamMasker as a stream, with the back-pressure of streams. */
export const maskingTransform = (mask: Mask): Transform => {
  const masker = new StreamMasker(mask);
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      done(null, masker.push(chunk));
    },
    flush(done) {
      done(null, masker.end());
    },
  });
};
