import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UnlockProof } from '../../src-main/vault/ports.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { type FaultBench, makeFaultBench } from '../support/faults/fault-bench.ts';
import { keychainSecret, passphrase, VaultBench } from '../support/vault/vault-bench.ts';
import { applyStep, contentOf, STEPS } from '../support/faults/vault-steps.ts';

let bench: FaultBench;
let whole: Buffer;
let expected: string;
beforeAll(async () => {
  bench = await makeFaultBench();
  const vault = await bench.template.reopen();
  for (let step = 0; step < STEPS; step += 1) applyStep(vault, step);
  expected = contentOf(vault);
  bench.template.closeAll();
  whole = readFileSync(bench.template.path);
});
afterAll(() => {
  bench.dispose();
});

type Answer = 'same' | 'damaged' | 'tampered' | 'record damaged';

/** Opens what was made of the vault and reads all of it. Throws when the answer is wrong, or the file was rewritten. */
async function answerOf(bytes: Buffer, proof: UnlockProof): Promise<Answer> {
  const spoilt = VaultBench.over(bench.emptyFolder());
  writeFileSync(spoilt.path, bytes, { mode: 0o600 });
  try {
    const answer = await read(spoilt, proof);
    spoilt.closeAll();
    expect(readFileSync(spoilt.path).equals(bytes)).toBe(true);
    return answer;
  } finally {
    spoilt.dispose();
  }
}

async function read(spoilt: VaultBench, proof: UnlockProof): Promise<Answer> {
  try {
    const file = spoilt.open();
    if (file.state === 'damaged') return 'damaged';
    const vault = await file.unlock(proof);
    const isIntact = vault.verifyAudit().intact;
    if (vault.tamperFindings.length > 0 || !isIntact) return 'tampered';
    if (vault.damagedIds.length > 0) return 'record damaged';
    expect(contentOf(vault)).toBe(expected);
    return 'same';
  } catch (error) {
    if (error instanceof AppError && error.code === 'VAULT_DAMAGED') return 'damaged';
    throw error;
  }
}

const byKeychain = (): UnlockProof => ({ with: 'keychain', secret: keychainSecret() });
const flipped = (at: number, mask: number): Buffer => {
  const bytes = Buffer.from(whole);
  bytes[at] = bytes[at]! ^ mask;
  return bytes;
};
/** Spread evenly, and not the same in every block. */
const places = (count: number): number[] =>
  Array.from({ length: count }, (_, n) =>
    Math.floor(((n + ((n * 0.618_034) % 1)) * whole.byteLength) / count),
  );

test('one flipped byte at 2,000 places: the same answer, or damage, never a wrong value, never a rewrite', async () => {
  const answers = new Map<Answer, number>();
  for (const [n, at] of places(2000).entries()) {
    const answer = await answerOf(flipped(at, n % 3 === 0 ? 0xff : 1 << (n % 8)), byKeychain());
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  // Free space in pages may be flipped unseen; what holds anything may not.
  expect(answers.get('damaged')).toBeGreaterThan(20);
  expect(answers.get('tampered')).toBeGreaterThan(20);
  expect(answers.get('same')).toBeGreaterThan(100);
});

test('and at 50 places through the key derivation', async () => {
  for (const at of places(50)) {
    await answerOf(flipped(at, 0x10), { with: 'passphrase', secret: passphrase() });
  }
});

test('every byte of the first page’s start and of the header row', async () => {
  const header = whole.indexOf('KEYMOLT');
  for (let at = 0; at < 108; at += 1) await answerOf(flipped(at, 1 << (at % 8)), byKeychain());
  for (let at = header; at < header + 27 + 3 * 102 + 32; at += 1) {
    expect(await answerOf(flipped(at, 1 << (at % 8)), byKeychain())).toBe('damaged');
  }
});

test('truncated at 200 lengths: damage, or the same answer', async () => {
  for (const length of places(200)) {
    expect(await answerOf(whole.subarray(0, length), byKeychain())).toBe('damaged');
  }
});
