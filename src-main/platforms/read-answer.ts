import type { z } from 'zod';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { Secret } from '../vault/secret.ts';
import { findField, getJson } from './answer-body.ts';
import type { Account, CreatedKey, ListedKey, RegeneratedKey } from './ports.ts';
import type { HttpAnswer } from './transport.ts';
import { idWire, instantWire, keyIdWire, keyValueWire, textWire } from './wire.ts';

type Call<Name extends keyof PlatformDefinition['calls']> = NonNullable<PlatformDefinition['calls'][Name]>;

const unexpected = (
  definition: PlatformDefinition,
  what: string,
  details: Record<string, string> = {},
): AppError =>
  new AppError(
    'PLATFORM_ANSWER',
    `${definition.name} answered without ${what}.`,
    `\`keymolt platform check ${definition.id}\` compares its answers with what Keymolt expects.`,
    { details },
  );

const findText = (wire: z.ZodType<string>, json: unknown, paths: readonly string[]): string | null =>
  wire.safeParse(findField(json, paths)).data ?? null;

export function readAccount(
  definition: PlatformDefinition,
  call: Call<'whoAmI'>,
  answer: HttpAnswer,
  origin: string,
): Account {
  const json = getJson(answer, origin);
  const account: Account = {
    id: findText(idWire, json, call.fields.id),
    name: findText(textWire, json, call.fields.name),
    tier: findText(textWire, json, call.fields.tier),
    status: findText(textWire, json, call.fields.status),
  };
  const missing = call.required.find((field) => account[field] === null);
  if (missing !== undefined)
    throw unexpected(definition, `the account's ${missing} (${call.fields[missing].join(' or ')})`);
  return account;
}

function readListedKey(
  definition: PlatformDefinition,
  fields: Call<'list'>['fields'],
  json: unknown,
): ListedKey | undefined {
  const keyId = findText(keyIdWire, json, fields.keyId);
  if (keyId === null) return undefined;
  const word = findText(textWire, json, fields.status);
  const known = Object.entries(definition.keyStatuses).find(
    ([theirs]) => theirs.toLowerCase() === word?.toLowerCase(),
  )?.[1];
  return {
    keyId,
    // A name that is not fit to be shown must not hide the key from the list.
    name: findText(textWire, json, fields.name) ?? '',
    status: known ?? word ?? 'active',
    createdAt: instantWire.parse(findField(json, fields.createdAt)),
    lastUsedAt: instantWire.parse(findField(json, fields.lastUsedAt)),
    expiresAt: instantWire.parse(findField(json, fields.expiresAt ?? [])),
  };
}

export function readKeyList(
  definition: PlatformDefinition,
  call: Call<'list'>,
  answer: HttpAnswer,
  origin: string,
): readonly ListedKey[] {
  const json = getJson(answer, origin);
  const items = call.items.length === 0 ? json : findField(json, call.items);
  if (!Array.isArray(items)) throw unexpected(definition, `a list of keys (${call.items.join(' or ')})`);
  return items.map((item: unknown) => {
    const key = readListedKey(definition, call.fields, item);
    if (key === undefined)
      throw unexpected(definition, `the id of a key (${call.fields.keyId.join(' or ')})`);
    return key;
  });
}

/**
 * SECURITY: the answer's bytes are wiped. JSON.parse leaves a string of the value until the collector takes it.
 * @throws {AppError} PLATFORM_ANSWER; where the value alone is missing, `details.key_id` says which key to revoke
 */
export function readCreatedKey(
  definition: PlatformDefinition,
  call: Call<'create'>,
  answer: HttpAnswer,
  origin: string,
): CreatedKey {
  const json = getJson(answer, origin);
  answer.body.fill(0);
  const key = readListedKey(definition, call.fields, json);
  const value = keyValueWire.safeParse(findField(json, call.fields.value));
  if (key === undefined) throw unexpected(definition, `the new key's id (${call.fields.keyId.join(' or ')})`);
  if (!value.success) {
    throw unexpected(
      definition,
      `the new key's value (${call.fields.value.join(' or ')}); key ${key.keyId} exists and is of no use`,
      {
        key_id: key.keyId,
      },
    );
  }
  return { ...key, value: Secret.fromText(value.data) };
}

/**
 * SECURITY: as for a created key, the answer's bytes are wiped.
 * @throws {AppError} PLATFORM_ANSWER
 */
export function readRegeneratedKey(
  definition: PlatformDefinition,
  call: Call<'regenerate'>,
  answer: HttpAnswer,
  origin: string,
): RegeneratedKey {
  const json = getJson(answer, origin);
  answer.body.fill(0);
  const value = keyValueWire.safeParse(findField(json, call.fields.value));
  if (!value.success) throw unexpected(definition, `the new key's value (${call.fields.value.join(' or ')})`);
  const expiresAt = instantWire.parse(findField(json, call.fields.expiresAt ?? []));
  return { value: Secret.fromText(value.data), expiresAt };
}

/** An empty answer is enough; one that speaks of another key or another status is not. */
export function checkRevoked(
  definition: PlatformDefinition,
  keyId: string,
  answer: HttpAnswer,
  origin: string,
): void {
  if (answer.body.length === 0) return;
  const json = getJson(answer, origin);
  const word = findField(json, ['status']);
  const of = findText(keyIdWire, json, ['key_id']);
  if (
    typeof word === 'string' &&
    (definition.keyStatuses[word.toLowerCase()] ?? word.toLowerCase()) !== 'revoked'
  ) {
    throw unexpected(definition, 'saying that the key is revoked');
  }
  if (of !== null && of !== keyId) {
    throw unexpected(definition, 'naming the key that was to be revoked');
  }
}
