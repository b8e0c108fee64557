import { AppError } from '../../src-shared/errors/app-error.ts';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import type { Secret } from '../vault/secret.ts';
import type { PlatformAuth } from './ports.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A secret as the text of a header. A string cannot be wiped, but undici takes nothing else: it lives as long as the call.
 * @throws {AppError} BAD_VALUE where it cannot be one: position and code point are told, never the value
 */
export function headerText(secret: Secret, what: string): string {
  const hint = 'Enter the value again: `keymolt key edit NAME --value-file F`.';
  let text: string;
  try {
    text = decoder.decode(secret.expose());
  } catch {
    throw new AppError('BAD_VALUE', `${what} cannot be sent: it is not text.`, hint);
  }
  if (text === '') throw new AppError('BAD_VALUE', `${what} cannot be sent: it is empty.`, hint);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.codePointAt(index) ?? 0;
    // SECURITY: a line break in a header would begin another one of the value's choosing.
    const isControl = (code < 0x20 && code !== 0x09) || (code >= 0x7f && code < 0xa0);
    if (!isControl && code <= 0xff) continue;
    const codePoint = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new AppError(
      'BAD_VALUE',
      `${what} cannot be sent: character ${index + 1} is ${codePoint}, which no HTTP header can carry.`,
      hint,
      { details: { position: index, code_point: codePoint } },
    );
  }
  return text;
}

export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  /** What must not come back in an error. */
  readonly secrets: readonly string[];
}

/** @throws {AppError} BAD_VALUE; BAD_PLATFORM where the platform has no human sessions */
export function credentialOf(definition: PlatformDefinition, auth: PlatformAuth): Credential {
  if (auth.kind === 'api-key') {
    const text = headerText(auth.value, 'The key');
    return { headers: { [definition.auth.apiKeyHeader]: text }, secrets: [text] };
  }
  const { session } = definition.auth;
  if (session === null) {
    throw new AppError('BAD_PLATFORM', `${definition.name} has no human sessions.`, 'Use an API key.');
  }
  const token = headerText(auth.idToken, 'The session token');
  return { headers: { [session.header]: `${session.scheme} ${token}` }, secrets: [token] };
}
