import { closeSync, openSync, write } from 'node:fs';
import { devNull } from 'node:os';

const RETRY_MS = 5;

/**
 * Writes to a descriptor of ours in order, off the main thread: signals are heard while a reader is slow. A stream on
 * it would make it non-blocking for everybody who shares it.
 */
export class DescriptorWriter {
  readonly #descriptors: readonly number[];

  /** @param descriptors all that lead to the one place */
  constructor(descriptors: readonly number[]) {
    this.#descriptors = descriptors;
  }

  /** Settles once all of it is out; `bytes` must stay as they are till then. @throws what write(2) says */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const written = await this.#writeOnce(rest);
      if (written === 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      rest = rest.subarray(written);
    }
  }

  /** Lets the reader see the end while we go on: the descriptors lead nowhere from now on. */
  close(): void {
    for (const descriptor of this.#descriptors) {
      try {
        closeSync(descriptor);
        // Its number would be given to the next file that is opened.
        openSync(devNull, 'w');
      } catch {
        // It was closed before we started.
      }
    }
  }

  #writeOnce(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptors[0] ?? 1, bytes, (error, written) => {
        if (error === null) resolve(written);
        // Whoever shares it made it non-blocking, and its reader is slow.
        else if (error.code === 'EAGAIN') resolve(0);
        else reject(error);
      });
    });
  }
}
