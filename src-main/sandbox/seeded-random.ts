import { createHash, randomBytes } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Ids and keys of the sandbox: the same for the same seed, so that a test can be run again. Good for test data alone. */
export interface SeededRandom {
  hex(characters: number): string;
  alphanumeric(characters: number): string;
}

export function createSeededRandom(seed: string = randomBytes(16).toString('hex')): SeededRandom {
  let block = 0;
  let pool = Buffer.alloc(0);
  const take = (bytes: number): Buffer => {
    while (pool.length < bytes) {
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed}/${block}`).digest()]);
      block += 1;
    }
    const taken = pool.subarray(0, bytes);
    pool = pool.subarray(bytes);
    return taken;
  };
  return {
    hex: (characters) =>
      take(Math.ceil(characters / 2))
        .toString('hex')
        .slice(0, characters),
    alphanumeric: (characters) =>
      [...take(characters)].map((byte) => ALPHANUMERIC.charAt(byte % ALPHANUMERIC.length)).join(''),
  };
}
