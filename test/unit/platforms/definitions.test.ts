import { describe, expect, it } from 'vitest';
import { BUILTIN_DEFINITIONS } from '../../../src-main/platforms/definitions/index.ts';
import {
  parsePlatformDefinition,
  type PlatformDefinition,
} from '../../../src-shared/domain/platform-definition.ts';

const get = (id: string): PlatformDefinition => {
  const found = BUILTIN_DEFINITIONS.find((definition) => definition.id === id);
  if (!found) throw new Error(id);
  return found;
};

describe('the built-in definitions', () => {
  it.each(BUILTIN_DEFINITIONS.map((definition) => [definition.id, definition] as const))(
    '%s is what importing its own JSON would give',
    (_id, definition) => {
      expect(parsePlatformDefinition(JSON.stringify(definition))).toEqual(definition);
    },
  );

  it('have the documented addresses', () => {
    expect(Object.fromEntries(BUILTIN_DEFINITIONS.map(({ id, baseUrl }) => [id, baseUrl]))).toEqual({
      'den-hosting': 'https://api.moltbotden.com/v1/hosting',
      'den-agent': 'https://api.moltbotden.com',
      moltbot: 'https://api.moltbot.com/v1',
      moltbook: null,
      'sandbox-hosting': null,
      'sandbox-agent': null,
    });
  });

  it('have the documented limits of each tier', () => {
    const limits = get('den-hosting').tiers.map(({ id, windows }) => [
      id,
      ...windows.map(({ limit }) => limit),
    ]);
    expect(limits).toEqual([
      ['spark', 50, 30, 1000],
      ['ember', 100, 60, 5000],
      ['blaze', 200, 120, 20_000],
      ['forge', 500, 300, null],
    ]);
    expect(get('den-agent').windows).toEqual([{ id: 'window', limit: 100, spanMs: 60_000 }]);
  });

  it('rotate as documented: Hosting with an overlap under 15 minutes, the Agent API by cut-over', () => {
    expect(get('den-hosting').rotation).toMatchObject({
      strategy: 'overlap',
      overlapMaxMs: 900_000,
      periodDays: 90,
    });
    expect(get('den-agent').rotation).toMatchObject({ strategy: 'cutover', overlapMaxMs: 0 });
    expect(get('moltbook').rotation).toMatchObject({ isMandatory: true, revocationEffectMs: 10_000 });
  });

  it('say so where a platform documents nothing', () => {
    expect(get('moltbot').undocumented).toEqual(
      expect.arrayContaining(['auth.apiKeyHeader', 'calls.list', 'errors']),
    );
    expect(get('moltbook').undocumented).toEqual(
      expect.arrayContaining(['baseUrl', 'keyFormats', 'calls.create']),
    );
  });

  it('give the sandbox the shape of what it plays', () => {
    for (const [played, sandbox] of [
      ['den-hosting', 'sandbox-hosting'],
      ['den-agent', 'sandbox-agent'],
    ] as const) {
      const { calls, keyFormats, tiers, windows, errors } = get(played);
      expect(get(sandbox)).toMatchObject({ calls, keyFormats, tiers, windows, errors });
    }
  });
});
