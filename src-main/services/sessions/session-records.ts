import type { SessionMeta } from '../../../src-shared/domain/vault-records.ts';
import type { HumanSession, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, VaultRecord } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { EnvironmentRecord } from '../keys/key-directory.ts';

export type SessionRecord = VaultRecord<SessionMeta>;

// The vault authenticates what it gives back, and only services write this kind.
export const sessionsOf = (vault: OpenVault): readonly SessionRecord[] =>
  vault.records('session') as readonly SessionRecord[];

/**
 * The session that may speak for an environment: one of its own goes before one for all.
 * SECURITY: only at the addresses it was opened at; a platform that was given another one gets no token
 * (test/contract/sessions.test.ts).
 */
export const findSession = (
  vault: OpenVault,
  { definition, baseUrl, firebase }: PlatformTarget,
  environment: EnvironmentRecord,
  accepts: (session: SessionRecord) => boolean,
): SessionRecord | undefined => {
  const fitting = sessionsOf(vault).filter((session) => {
    const { meta, environmentId, hasValue } = session;
    return (
      hasValue &&
      meta.platform === definition.id &&
      meta.baseUrl === baseUrl &&
      meta.tokenUrl === firebase?.tokenUrl &&
      (environmentId === null || environmentId === environment.id) &&
      accepts(session)
    );
  });
  return fitting.find(({ environmentId }) => environmentId !== null) ?? fitting[0];
};

const SEPARATOR = 0x0a;

/** Both tokens as the vault keeps them: bytes, one line each, so that neither is ever a string on its way there. */
export const packTokens = ({ idToken, refreshToken }: HumanSession): Secret =>
  Secret.adopt(Buffer.concat([idToken.expose(), Buffer.of(SEPARATOR), refreshToken.expose()]));

/** Copies, which the caller wipes; `packed` is wiped. */
export const unpackTokens = (packed: Secret): { readonly idToken: Secret; readonly refreshToken: Secret } => {
  const bytes = packed.expose();
  const at = bytes.indexOf(SEPARATOR);
  const tokens = {
    idToken: Secret.adopt(Buffer.from(bytes.subarray(0, at))),
    refreshToken: Secret.adopt(Buffer.from(bytes.subarray(at + 1))),
  };
  packed.wipe();
  return tokens;
};
