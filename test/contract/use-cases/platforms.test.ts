import { describe, expect, it, vi } from 'vitest';
import { bytes, PASSPHRASE, type TestCore } from '../../support/test-core.ts';
import { CANARY, coreOfEach, LIVE_CANARY } from './core-of-each.ts';

let core: TestCore;
coreOfEach((opened) => (core = opened));

describe('platforms', () => {
  it('take no address that is not safe, and no new host for live keys without the passphrase', async () => {
    for (const base_url of [
      'http://evil.example/v1',
      'https://user:pw@api.example',
      'ftp://x',
      'https://api.example/?q',
    ]) {
      await expect(core.call('platforms.set', { id: 'den-hosting', base_url })).rejects.toMatchObject({
        code: 'BAD_URL',
      });
    }
    await core.call('platforms.set', { id: 'den-hosting', base_url: 'https://eu.moltbotden.com/v1/hosting' });
    await core.call('keys.add', {
      name: 'live',
      env: 'prod',
      platform: 'den-hosting',
      value: bytes(LIVE_CANARY),
    });
    const move = { id: 'den-hosting', base_url: 'https://evil.example/v1' };
    await expect(core.call('platforms.set', move)).rejects.toMatchObject({ code: 'INPUT_REQUIRED' });
    await expect(
      core.call('platforms.set', { ...move, confirmed: true }, { face: 'window' }),
    ).rejects.toMatchObject({ code: 'INPUT_REQUIRED', hint: 'Type it.' });
    await expect(
      core.call('platforms.set', { ...move, passphrase: bytes('wrong wrong') }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    await core.call('platforms.set', { ...move, passphrase: bytes(PASSPHRASE) });
    const { foreign_hosts: hosts } = await core.call('vault.status', {});
    expect(hosts).toEqual([{ platform: 'den-hosting', env: null, base_url: 'https://evil.example/v1' }]);
  });

  it('take no detour by a test environment, nor by the address of sign-ins', async () => {
    const value = bytes(LIVE_CANARY);
    await core.call('keys.add', { name: 'live', env: 'prod', platform: 'den-hosting', value });
    const base_url = 'https://evil.example/v1';
    // No live key is in dev, so this moves none.
    await core.call('platforms.set', { id: 'den-hosting', env: 'dev', base_url });
    for (const move of [
      { base_url },
      { base_url, env: 'prod' },
      { firebase_sign_in_url: 'https://evil.example/sign-in?key=1' },
      { firebase_token_url: 'https://evil.example/token' },
    ])
      await expect(core.call('platforms.set', { id: 'den-hosting', ...move })).rejects.toMatchObject({
        code: 'INPUT_REQUIRED',
        message: expect.stringContaining('https://evil.example') as unknown,
      });
  });

  it('are sent no key of another platform or environment, however it is named', async () => {
    const value = bytes(LIVE_CANARY);
    await core.call('keys.add', { name: 'live', env: 'prod', platform: 'den-hosting', value });
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    const base_url = 'https://evil.example/v1';
    const evil = JSON.stringify({ ...definition, id: 'evil', baseUrl: base_url });
    await core.call('platforms.importDefinition', { definition: evil });
    await core.call('platforms.set', { id: 'den-hosting', env: 'dev', base_url });
    const requested = vi.spyOn(core.core.platforms, 'createKey');
    for (const platform of ['evil', 'den-hosting'])
      await expect(
        core.call('keys.create', { name: 'bait', env: 'dev', platform, using: 'prod/live' }),
      ).rejects.toMatchObject({
        code: 'BAD_VALUE',
        message: expect.stringContaining('prod/live') as unknown,
      });
    expect(requested).not.toHaveBeenCalled();
  });

  it('give a setting back to the definition', async () => {
    const settings = {
      base_url: 'https://other.example/v1',
      tier: 'forge',
      firebase_token_url: 'https://other.example/token',
      egress_echo_url: 'https://other.example/ip',
      ca_file: '/etc/ca.pem',
    };
    const { platform: before } = await core.call('platforms.show', { id: 'den-hosting' });
    for (const env of ['dev', undefined]) {
      const place = { id: 'den-hosting', ...(env === undefined ? {} : { env }) };
      await core.call('platforms.set', { ...place, ...settings });
      const nothing = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
      expect((await core.call('platforms.set', { ...place, ...nothing })).platform).toEqual(before);
    }
  });
});

describe('imported platforms', () => {
  it('keep the id of a built-in one, and of one whose keys are stored, as it is', async () => {
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    const imported = (id: string, baseUrl: string) => ({
      definition: JSON.stringify({ ...definition, id, baseUrl }),
    });
    await expect(
      core.call('platforms.importDefinition', imported('den-hosting', 'https://evil.example')),
    ).rejects.toMatchObject({ code: 'PLATFORM_EXISTS' });
    await core.call('platforms.importDefinition', imported('fifth', 'https://fifth.example/v1'));
    await core.call('keys.add', { name: 'k', platform: 'fifth', value: bytes(CANARY) });
    await expect(
      core.call('platforms.importDefinition', imported('fifth', 'https://evil.example')),
    ).rejects.toMatchObject({ code: 'PLATFORM_EXISTS' });
    expect((await core.call('platforms.show', { id: 'fifth' })).platform.base_url).toBe(
      'https://fifth.example/v1',
    );
  });
});
