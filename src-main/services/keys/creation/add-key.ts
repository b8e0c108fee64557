import type { RequestOf, ResponseOf } from '../../../../src-shared/contract/channels.ts';
import type { KeyMeta } from '../../../../src-shared/domain/vault-records.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Secret } from '../../../vault/secret.ts';
import type { Call, Core } from '../../context.ts';
import { definitionsOf, requireDefinition } from '../../platforms/platform-settings.ts';
import { changeKey, EMPTY_METADATA, mergeMetadata } from '../key-change.ts';
import {
  addressOf,
  type EnvironmentRecord,
  keysOf,
  type KeyRecord,
  requireEnvironment,
  requireFreeName,
  requireKey,
  requireKeyById,
} from '../key-directory.ts';
import { requireNotRotating } from '../../rotation/journal.ts';
import { viewOf } from '../key-view.ts';
import { readValueFacts, type ValueFacts } from '../value-facts.ts';
import { parseKeyAddress } from '../../../../src-shared/domain/references/reference.ts';

/** Stores a key that a person has. @throws {AppError} KEY_EXISTS, BAD_VALUE, ENV_NOT_FOUND, PLATFORM_NOT_FOUND */
export function addKey(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'keys.add'>, 'value'>,
  value: Secret,
): ResponseOf<'keys.add'> {
  const vault = core.vault.require();
  const { name, env } = parseKeyAddress(request.name, request.env);
  const environment = requireEnvironment(vault, env);
  requireFreeName(vault, environment, name);
  const definition = requireDefinition(core, vault, request.platform);
  const facts = readValueFacts(value, definition, definitionsOf(core, vault));
  const fingerprint = vault.fingerprint(value.expose());
  const warnings = [
    ...facts.warnings,
    ...modeWarnings(facts, environment),
    ...duplicateWarnings(vault, fingerprint),
  ];
  const now = new Date(core.now()).toISOString();
  const meta: KeyMeta = {
    ...mergeMetadata(EMPTY_METADATA, request.metadata),
    name,
    platform: definition.id,
    account: null,
    tier: null,
    keyId: request.key_id ?? null,
    platformName: null,
    status: 'active',
    mode: facts.mode,
    prefix: facts.prefix,
    fingerprint,
    createdAt: now,
    lastUsedAt: null,
    rotatedAt: null,
    lastCheck: null,
  };
  const id = vault.transact((tx) => {
    tx.audit({
      actor: call.actor,
      action: 'key.add',
      subject: `${environment.meta.name}/${name}`,
      detail: `platform ${definition.id}`,
    });
    return tx.put({ kind: 'key', environmentId: environment.id, meta, value });
  });
  core.emit('dataChanged', { what: 'keys' });
  return { schema: 1, key: viewOf(vault, requireKeyById(vault, id), core.now()), warnings };
}

/** Changes metadata, key id or value of a key. @throws {AppError} KEY_NOT_FOUND, BAD_VALUE, ROTATION_UNFINISHED */
export function editKey(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'keys.edit'>, 'value'>,
  value: Secret | undefined,
): ResponseOf<'keys.edit'> {
  const vault = core.vault.require();
  const { key, environment } = requireKey(vault, request.key, request.env);
  // What a rotation has written down of the value it replaces must go on being true.
  if (value !== undefined || request.key_id !== undefined)
    requireNotRotating(vault, key.id, 'given another value or key id');
  const metadata = mergeMetadata(key.meta, request.metadata);
  const warnings: string[] = [];
  let fromValue: Partial<KeyMeta> = {};
  if (value !== undefined) {
    const facts = readValueFacts(
      value,
      requireDefinition(core, vault, key.meta.platform),
      definitionsOf(core, vault),
    );
    const fingerprint = vault.fingerprint(value.expose());
    const isNew = fingerprint !== key.meta.fingerprint;
    warnings.push(
      ...facts.warnings,
      ...modeWarnings(facts, environment),
      ...duplicateWarnings(vault, fingerprint, key),
      ...(isNew ? endWarnings(key, request.metadata?.expires_at) : []),
    );
    fromValue = {
      fingerprint,
      mode: facts.mode,
      prefix: facts.prefix,
      status: 'active',
      // Another value is another key: what was known of the old one does not hold for it.
      ...(isNew
        ? {
            rotatedAt: new Date(core.now()).toISOString(),
            keyId: null,
            account: null,
            tier: null,
            lastCheck: null,
            lastUsedAt: null,
            expiresAt: request.metadata?.expires_at ?? null,
          }
        : {}),
    };
  }
  const keyId = request.key_id === undefined ? {} : { keyId: request.key_id };
  const changed = changeKey(
    core,
    vault,
    key,
    { ...metadata, ...fromValue, ...keyId },
    {
      ...(value === undefined ? {} : { value }),
      audit: {
        actor: call.actor,
        action: 'key.edit',
        subject: `${environment.meta.name}/${key.meta.name}`,
        detail: value === undefined ? 'metadata' : 'value',
      },
    },
  );
  if (value !== undefined) vault.checkpoint();
  return { schema: 1, key: viewOf(vault, changed, core.now()), warnings };
}

function modeWarnings({ mode }: ValueFacts, environment: EnvironmentRecord): string[] {
  if (mode === 'unknown' || mode === environment.meta.kind) return [];
  return [
    `This is a ${mode} key, and ${environment.meta.name} is an environment of kind ${environment.meta.kind}: \`run\` will refuse it there.`,
  ];
}

/** An end is one of a value: another value has another, or none. */
function endWarnings({ meta }: KeyRecord, given: string | null | undefined): string[] {
  if (meta.expiresAt === null || given !== undefined) return [];
  return [
    `The end that was noted, ${meta.expiresAt.slice(0, 10)}, was the old value’s: with \`--expires DATE\` the new one gets its own.`,
  ];
}

function duplicateWarnings(vault: OpenVault, fingerprint: string, self?: KeyRecord): string[] {
  const same = keysOf(vault).filter((key) => key.meta.fingerprint === fingerprint && key.id !== self?.id);
  return same.length === 0
    ? []
    : [`The same value is stored as ${same.map((key) => addressOf(vault, key)).join(', ')} already.`];
}
