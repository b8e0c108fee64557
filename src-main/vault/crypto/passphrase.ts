import { AppError } from '../../../src-shared/errors/app-error.ts';
import { Secret } from '../secret.ts';
import { secretMemory } from './secret-memory.ts';

/** Longer ones are refused before anything is done with them. */
export const MAX_PASSPHRASE_BYTES = 4096;

/**
 * The bytes that go into the key derivation: UTF-8 of the NFKD form, so that a passphrase typed on another
 * system (é as one code point or two) is the same one. Blanks and NUL are kept.
 * @returns a copy that the caller wipes
 * @throws {AppError} BAD_VALUE when it is empty, too long or not valid UTF-8
 */
export function normalizedPassphrase(passphrase: Secret): Secret {
  const bytes = passphrase.expose();
  if (bytes.byteLength === 0) throw refused('The passphrase is empty.');
  if (bytes.byteLength > MAX_PASSPHRASE_BYTES)
    throw refused(`The passphrase is longer than ${MAX_PASSPHRASE_BYTES} bytes.`);
  // SECURITY: plain ASCII is its own NFKD form; it never becomes a string, whose copies no wipe would reach.
  if (bytes.every((byte) => byte < 0x80)) {
    const copy = secretMemory(bytes.byteLength);
    copy.set(bytes);
    return Secret.adopt(copy);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused('The passphrase is not valid UTF-8.');
  }
  // A lone surrogate was turned into U+FFFD on its way here: every such passphrase would be the same one.
  if (text.includes('\uFFFD'))
    throw refused('The passphrase has a character that is not text (U+FFFD, or half of a surrogate pair).');
  return Secret.fromText(text.normalize('NFKD'));
}

const refused = (message: string): AppError =>
  new AppError('BAD_VALUE', message, 'Choose another passphrase, or check the file it comes from.');
