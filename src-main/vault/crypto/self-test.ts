import { createHmac } from 'node:crypto';
import { BugError } from '../../../src-shared/errors/bug-error.ts';
import { seal, unseal } from './aead.ts';
import { deriveKey } from './subkeys.ts';

let hasPassed = false;

/**
 * Known answers, once a process: a crypto library that was built wrong, or swapped, is found before it
 * seals anything. The key derivation is not among them (a wrong one opens nothing); see test/vectors.
 * @throws {BugError} when an answer differs
 */
export function assertCryptoWorks(): void {
  if (hasPassed) return;
  const key = Buffer.alloc(32, 7);
  const aad = Buffer.from('aad');
  const sealed = seal(key, Buffer.from('keymolt'), aad, (size) => Buffer.alloc(size, 9));
  const broken = Buffer.from(sealed);
  broken[30] = (broken[30] ?? 0) ^ 1;
  const passes =
    sealed.toString('hex', 24) === SEALED &&
    unseal(key, sealed, aad)?.toString() === 'keymolt' &&
    unseal(key, broken, aad) === undefined &&
    unseal(key, sealed, Buffer.from('add')) === undefined &&
    deriveKey(key, aad, 'self-test').toString('hex') === DERIVED &&
    createHmac('sha256', key).update('keymolt').digest('hex') === HMAC;
  if (!passes) throw new BugError('the crypto self-test failed: nothing is sealed or opened with this build');
  hasPassed = true;
}

const SEALED = 'd5179be713c60dc6fe72140458b9e0f3dac7854526f5fd';
const DERIVED = '686ebcf38efb7f23b9eff5552151d22e470b0af0e66780e7aa59b55e02e604ff';
const HMAC = 'c55381fba9f4a3b56a06d76ba79de3d318917a436049f00f7b44c6f3ba9bac1d';
