import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A secret value in memory: bytes that print as `[redacted]` wherever they are turned into text.
 * SECURITY: bytes, never a string, because V8 copies strings and no wipe reaches the copies
 * (test/unit/vault/secret.test.ts).
 */
export class Secret {
  readonly #bytes: Buffer;
  #wiped = false;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Takes over `bytes`: the caller must not use or keep them afterwards. */
  static adopt(bytes: Buffer | Uint8Array): Secret {
    return new Secret(
      Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
  }

  /** For text that is a string already, such as a literal in a test or a header just parsed. */
  static fromText(text: string): Secret {
    return new Secret(Buffer.from(text, 'utf8'));
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** The one way out. The bytes stay owned by the secret: copy them to outlive it. @throws {TypeError} once wiped */
  expose(): Buffer {
    if (this.#wiped) throw new TypeError('secret was wiped');
    return this.#bytes;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
