/**
 * Zeroed memory outside of V8's heap. Typed arrays of up to 64 bytes otherwise lie in the heap, where the collector moves
 * them about and leaves copies that no wipe reaches.
 * SECURITY: every key and every opened text is in such memory (test/unit/vault/memory-residue.test.ts).
 */
export const secretMemory = (size: number): Buffer => Buffer.from(new ArrayBuffer(size));

/** Moves bytes there and overwrites where they were. */
export function toSecretMemory(bytes: Uint8Array): Buffer {
  const moved = secretMemory(bytes.byteLength);
  moved.set(bytes);
  bytes.fill(0);
  return moved;
}
