import { ENVIRONMENT_ALIASES } from '../../../src-shared/domain/names.ts';
import { parseKeyAddress } from '../../../src-shared/domain/references/reference.ts';
import type { EnvironmentMeta, KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { BugError } from '../../../src-shared/errors/bug-error.ts';
import type { OpenVault, RecordId, VaultRecord } from '../../vault/ports.ts';

export type KeyRecord = VaultRecord<KeyMeta>;
export type EnvironmentRecord = VaultRecord<EnvironmentMeta>;

/** The environment of a command that names none. */
export const DEFAULT_ENVIRONMENT = 'dev';

// The vault authenticates what it gives back, and only services write these kinds: see vault-records.ts.
export const environmentsOf = (vault: OpenVault): readonly EnvironmentRecord[] =>
  vault.records('environment') as readonly EnvironmentRecord[];
export const keysOf = (vault: OpenVault): readonly KeyRecord[] =>
  vault.records('key') as readonly KeyRecord[];

/** @throws {AppError} ENV_NOT_FOUND */
export function requireEnvironment(vault: OpenVault, name = DEFAULT_ENVIRONMENT): EnvironmentRecord {
  const wanted = ENVIRONMENT_ALIASES[name] ?? name;
  const found = environmentsOf(vault).find(({ meta }) => meta.name === wanted);
  if (found !== undefined) return found;
  const known = environmentsOf(vault).map(({ meta }) => meta.name);
  throw new AppError(
    'ENV_NOT_FOUND',
    `There is no environment “${wanted}”.`,
    `Known: ${known.join(', ')}. Add one with \`keymolt env add NAME --kind test|live\`.`,
  );
}

/** The environment of a key that the vault holds. */
export function environmentOf(vault: OpenVault, key: KeyRecord): EnvironmentRecord {
  const found = environmentsOf(vault).find(({ id }) => id === key.environmentId);
  if (found === undefined) throw new BugError('a key has no environment');
  return found;
}

export const keysIn = (vault: OpenVault, environmentId: RecordId): readonly KeyRecord[] =>
  keysOf(vault).filter((key) => key.environmentId === environmentId);

export function findKey(vault: OpenVault, environmentId: RecordId, name: string): KeyRecord | undefined {
  return keysOf(vault).find((key) => key.environmentId === environmentId && key.meta.name === name);
}

/**
 * @param text `NAME` or `env/NAME`
 * @param env the `-e` of the command
 * @throws {AppError} KEY_NOT_FOUND (saying where else a key of that name is), ENV_NOT_FOUND, BAD_NAME
 */
export function requireKey(
  vault: OpenVault,
  text: string,
  env?: string,
): { key: KeyRecord; environment: EnvironmentRecord } {
  const address = parseKeyAddress(text, env);
  const environment = requireEnvironment(vault, address.env);
  const key = findKey(vault, environment.id, address.name);
  if (key !== undefined) return { key, environment };
  const elsewhere = keysOf(vault)
    .filter(({ meta }) => meta.name === address.name)
    .map((other) => environmentOf(vault, other).meta.name);
  throw new AppError(
    'KEY_NOT_FOUND',
    `There is no key “${address.name}” in ${environment.meta.name}.`,
    elsewhere.length > 0
      ? `There is one in ${elsewhere.join(', ')}: use -e or ENV/${address.name}.`
      : '`keymolt key list` shows them all.',
  );
}

/** `env/name`: how a key is named where the environment isn't said otherwise. */
export const addressOf = (vault: OpenVault, key: KeyRecord): string =>
  `${environmentOf(vault, key).meta.name}/${key.meta.name}`;

/** @throws {AppError} KEY_EXISTS */
export function requireFreeName(vault: OpenVault, environment: EnvironmentRecord, name: string): void {
  if (findKey(vault, environment.id, name) === undefined) return;
  throw new AppError(
    'KEY_EXISTS',
    `${environment.meta.name} already has a key “${name}”.`,
    'Choose another name, or change the value of that one with `keymolt key edit`.',
  );
}

export function findKeyById(vault: OpenVault, id: RecordId): KeyRecord | undefined {
  const found = vault.find(id);
  return found?.kind === 'key' ? (found as KeyRecord) : undefined;
}

/** Of the value that the vault has now; null: the key is gone, undefined: locked, so that it cannot be told. */
export const fingerprintNow = (vault: OpenVault | undefined, id: RecordId): string | null | undefined =>
  vault && (findKeyById(vault, id)?.meta.fingerprint ?? null);

/** @throws {AppError} KEY_NOT_FOUND when it was taken out meanwhile */
export function requireKeyById(vault: OpenVault, id: RecordId): KeyRecord {
  const found = findKeyById(vault, id);
  if (found !== undefined) return found;
  throw new AppError(
    'KEY_NOT_FOUND',
    'The key is no longer in the vault.',
    'Somebody took it out meanwhile; `keymolt audit list` tells who.',
  );
}
