import type { KeyMetadataInput } from '../../../src-shared/contract/fields.ts';
import { formatCidr, parseCidr } from '../../../src-shared/domain/addresses/cidr.ts';
import type { KeyMeta, LastCheck } from '../../../src-shared/domain/vault-records.ts';
import { DEFAULT_VARIABLE, isReservedVariable } from '../../../src-shared/domain/names.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { AuditNote, OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import type { KeyRecord } from './key-directory.ts';
import { requireKeyById } from './key-directory.ts';

export type EditableMeta = Pick<
  KeyMeta,
  'owner' | 'project' | 'purpose' | 'scopes' | 'cidrs' | 'expiresAt' | 'rotateEveryDays' | 'variable'
>;

export const EMPTY_METADATA: EditableMeta = {
  owner: null,
  project: null,
  purpose: null,
  scopes: [],
  cidrs: [],
  expiresAt: null,
  rotateEveryDays: null,
  variable: DEFAULT_VARIABLE,
};

/** @throws {AppError} BAD_VALUE for an address range that cannot be read, VARIABLE_RESERVED */
export function mergeMetadata(before: EditableMeta, input: KeyMetadataInput = {}): EditableMeta {
  if (input.var !== undefined && isReservedVariable(input.var)) {
    throw new AppError(
      'VARIABLE_RESERVED',
      `${input.var} is never set: it decides what a program runs or loads.`,
      'Choose another variable name.',
    );
  }
  const cidrs = input.cidrs?.map((text) => {
    const parsed = parseCidr(text);
    if (parsed.ok) return formatCidr(parsed.cidr);
    const problem = parsed.problem.replaceAll('_', ' ');
    throw new AppError(
      'BAD_VALUE',
      `“${text}” is not an address range (${problem}).`,
      'Write it like 203.0.113.0/24 or 2001:db8::/32.',
    );
  });
  return {
    owner: input.owner === undefined ? before.owner : input.owner,
    project: input.project === undefined ? before.project : input.project,
    purpose: input.purpose === undefined ? before.purpose : input.purpose,
    scopes: input.scopes ?? before.scopes,
    cidrs: cidrs ?? before.cidrs,
    expiresAt: input.expires_at === undefined ? before.expiresAt : input.expires_at,
    rotateEveryDays: input.rotate_every_days === undefined ? before.rotateEveryDays : input.rotate_every_days,
    variable: input.var ?? before.variable,
  };
}

/** Changes a key as it is now in the vault: calls to a platform take time, and others may have edited it meanwhile. */
export function changeKey(
  core: Core,
  vault: OpenVault,
  key: KeyRecord,
  change: Partial<KeyMeta>,
  more: { readonly value?: Secret | null; readonly audit?: AuditNote } = {},
): KeyRecord {
  const current = requireKeyById(vault, key.id);
  vault.transact((tx) => {
    tx.put({
      id: current.id,
      kind: 'key',
      environmentId: current.environmentId,
      meta: { ...current.meta, ...change, ...rememberFingerprint(current.meta, change) } satisfies KeyMeta,
      ...(more.value === undefined ? {} : { value: more.value }),
    });
    if (more.audit !== undefined) tx.audit(more.audit);
  });
  core.emit('dataChanged', { what: 'keys' });
  return requireKeyById(vault, key.id);
}

const MAX_PREVIOUS = 10;

/**
 * A value that is replaced is remembered by its fingerprint: copies of it that are still about are stale.
 * @returns what belongs to the change, for whoever writes the record
 */
export function rememberFingerprint(before: KeyMeta, change: Partial<KeyMeta>): Partial<KeyMeta> {
  if (change.fingerprint === undefined || change.fingerprint === before.fingerprint) return {};
  const known = [before.fingerprint, ...(before.previousFingerprints ?? [])];
  return {
    previousFingerprints: known.filter((one) => one !== change.fingerprint).slice(0, MAX_PREVIOUS),
  };
}

export const checkedNow = (core: Core, outcome: string): LastCheck => ({
  at: new Date(core.now()).toISOString(),
  outcome,
});
