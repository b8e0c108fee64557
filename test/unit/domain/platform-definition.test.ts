import { describe, expect, it } from 'vitest';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import { parsePlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';

/** Hosting's definition with other values at some paths (`calls.list.path`); undefined takes a part out. */
function changed(changes: Readonly<Record<string, unknown>>): string {
  const copy: Record<string, unknown> = structuredClone(denHosting);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
    parent[last] = value;
  }
  return JSON.stringify(copy);
}

const refusal = (json: string): AppError => {
  try {
    parsePlatformDefinition(json);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('was not refused');
};

const rule = { status: 401, text: null, code: 'FORBIDDEN', reason: null };

describe('parsePlatformDefinition', () => {
  it('takes a fifth platform', () => {
    const fifth = parsePlatformDefinition(
      changed({ id: 'fifth', name: 'Fifth', baseUrl: 'https://fifth.example', keyFormats: [], tiers: [] }),
    );
    expect(fifth).toMatchObject({ id: 'fifth', baseUrl: 'https://fifth.example' });
  });

  it.each<[what: string, where: string, changes: Record<string, unknown>]>([
    ['an unknown field', 'Unrecognized', { extra: 1 }],
    ['another format', 'format', { format: 2 }],
    ['a bad id', 'id', { id: 'Den Hosting' }],
    ['a missing part', 'rotation', { rotation: undefined }],
    ['plain http', 'baseUrl', { baseUrl: 'http://api.example' }],
    ['an address with credentials', 'baseUrl', { baseUrl: 'https://a:b@api.example' }],
    ['a header that steers the connection', 'apiKeyHeader', { 'auth.apiKeyHeader': 'Transfer-Encoding' }],
    ['a header with a line break', 'apiKeyHeader', { 'auth.apiKeyHeader': 'X-Key\r\nHost' }],
    ['a path to another host', 'path', { 'calls.list.path': '//evil.example/keys' }],
    ['a path that climbs', 'path', { 'calls.list.path': '/../keys' }],
    ['a path with a query', 'path', { 'calls.list.path': '/keys?all=1' }],
    ['a revoke without an id', 'key_id', { 'calls.revoke.path': '/api-keys' }],
    ['a who-am-I that has effects', 'method', { 'calls.whoAmI.method': 'POST' }],
    ['a field path with a hole', 'fields', { 'calls.whoAmI.fields.id': ['a..b'] }],
    ['an unknown error code', 'code', { errors: [{ ...rule, code: 'OOPS' }] }],
    ['an unknown reason', 'reason', { errors: [{ ...rule, reason: 'bad.luck' }] }],
    ['two tiers of one name', 'tiers', { tiers: [denHosting.tiers[0], denHosting.tiers[0]] }],
    ['endless retries', 'maxRetries', { 'retry.maxRetries': 1000 }],
    ['a name with control characters', 'name', { name: 'Den\u001b[2J' }],
    [
      'a hundred key formats',
      'keyFormats',
      { keyFormats: Array.from({ length: 100 }, () => denHosting.keyFormats[0]) },
    ],
  ])('refuses %s, and says where', (_what, where, changes) => {
    const error = refusal(changed(changes));
    expect(error.code).toBe('BAD_PLATFORM');
    expect(error.message).toContain(where);
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['half a JSON', '{'],
    ['a text', '"text"'],
    ['too much', `"${'x'.repeat(100_000)}"`],
    ['very deep brackets', '['.repeat(20_000)],
  ])('refuses %s', (_what, json) => {
    expect(refusal(json).code).toBe('BAD_PLATFORM');
  });
});
