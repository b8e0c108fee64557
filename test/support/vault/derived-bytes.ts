/**
 * Bytes that two processes can both make, so that a secret need not be handed over. Plain arithmetic into one buffer:
 * a hash function would keep copies of its own, which are what a search for copies is not about.
 */
export function derivedBytes(label: string, size: number): Buffer {
  let state = 0x9e3779b9;
  for (const character of label) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x85ebca6b) >>> 0;
  const bytes = Buffer.from(new ArrayBuffer(size));
  for (let at = 0; at < size; at += 1) {
    state = (state + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    bytes[at] = (mixed ^ (mixed >>> 14)) & 0xff;
  }
  return bytes;
}

export const derivedLetters = (label: string, size: number): Buffer => {
  const bytes = derivedBytes(label, size);
  for (let at = 0; at < size; at += 1) bytes[at] = 0x61 + (bytes[at]! & 15);
  return bytes;
};
