import { checkEndpointUrl } from '../../../src-shared/domain/addresses/base-url.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import type { PlatformMeta } from '../../../src-shared/domain/vault-records.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { environmentOf, keysOf } from '../keys/key-directory.ts';
import { sessionsOf } from '../sessions/session-records.ts';

/**
 * SECURITY: where a change of settings would send a live key, or the password of a sign-in, to a stranger (test/contract/use-cases/platforms.test.ts).
 * @returns a host that live keys, or the sign-ins of their platform, go to from now on and did not before. An address that one
 *   environment has already is new to the keys of another.
 */
export function findNewHost(
  vault: OpenVault,
  definition: PlatformDefinition,
  before: PlatformMeta,
  after: PlatformMeta,
): { readonly what: string; readonly host: string } | undefined {
  const places = keysOf(vault).flatMap((key) => {
    const { name, kind } = environmentOf(vault, key).meta;
    const isLive = key.meta.mode === 'live' || (key.meta.mode === 'unknown' && kind === 'live');
    return key.meta.platform === definition.id && isLive && key.meta.status !== 'revoked' ? [name] : [];
  });
  // Whoever signed in once does so again, and types the password then.
  const hasSession = sessionsOf(vault).some(({ meta }) => meta.platform === definition.id);
  if (places.length === 0 && !hasSession) return undefined;
  const addressFor = (settings: PlatformMeta, env: string): string | null =>
    settings.baseUrlByEnvironment[env] ?? settings.baseUrl ?? definition.baseUrl;
  const firebase = definition.auth.session;
  const moves = [
    ...places.map((env) => ({
      what: 'Live keys',
      documented: definition.baseUrl,
      from: addressFor(before, env),
      to: addressFor(after, env),
    })),
    {
      what: 'Sign-ins',
      documented: firebase?.signInUrl ?? null,
      from: before.firebaseSignInUrl,
      to: after.firebaseSignInUrl,
    },
    {
      what: 'Session tokens',
      documented: firebase?.tokenUrl ?? null,
      from: before.firebaseTokenUrl,
      to: after.firebaseTokenUrl,
    },
  ];
  for (const { what, documented, from, to } of moves) {
    const host = hostOf(to);
    if (host !== null && host !== hostOf(from) && host !== hostOf(documented)) return { what, host };
  }
  return undefined;
}

/** Scheme, host and port of an address; null where there is none. */
export const hostOf = (url: string | null): string | null => {
  if (url === null) return null;
  const checked = checkEndpointUrl(url);
  return checked.ok ? checked.origin : null;
};
