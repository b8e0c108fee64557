import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { bytes, makeOpenCore, makeTestCore, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCanary12';
const LIVE_CANARY = 'mbd_live_CanaryCanaryCanaryCanaryCanary34';

let core: TestCore;
beforeEach(async () => {
  core = await makeOpenCore();
});
afterEach(async () => {
  expect(JSON.stringify(core.logged)).not.toContain('Canary');
  await core.dispose();
});

const addTestKey = (name = 'dev-local-key', value = CANARY) =>
  core.call('keys.add', { name, platform: 'den-hosting', value: bytes(value) });

describe('the life of a vault', () => {
  it('locks, refuses, and opens again with everything there', async () => {
    await addTestKey();
    await core.call('vault.lock', {});
    await expect(core.call('keys.list', {})).rejects.toMatchObject({ code: 'VAULT_LOCKED', exit: 3 });
    const { vault, lock_reason: reason } = await core.call('vault.status', {});
    expect({ vault, reason }).toEqual({ vault: 'locked', reason: 'by_user' });
    await expect(
      core.call('vault.unlock', { with: 'passphrase', secret: bytes('wrong one') }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    const { keys } = await core.call('keys.list', {});
    expect(keys.map(({ name }) => name)).toEqual(['dev-local-key']);
  });

  it('makes a new recovery code for who knows the passphrase; the one before is void, and the log says so', async () => {
    const other = makeTestCore();
    try {
      const { recovery_code: old } = await other.call(
        'vault.create',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      await expect(
        other.call('vault.renewRecoveryCode', { passphrase: bytes('not this one') }),
      ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      const { outcome, attachments } = await other.ask('vault.renewRecoveryCode', {
        passphrase: bytes(PASSPHRASE),
      });
      const toSocket = attachments.get('recovery_code')?.expose().toString('utf8') ?? '';
      expect(JSON.stringify(outcome)).not.toContain(toSocket.slice(0, 11));
      const { recovery_code: toWindow } = await other.call(
        'vault.renewRecoveryCode',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      expect(new Set([old, toSocket, toWindow]).size).toBe(3);
      await other.call('vault.lock', {});
      await expect(
        other.call('vault.renewRecoveryCode', { passphrase: bytes(PASSPHRASE) }),
      ).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
      for (const code of [old, toSocket])
        await expect(
          other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') }),
        ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      await other.call('vault.unlock', { with: 'recovery', secret: bytes(toWindow ?? '') });
      const { entries } = await other.call('audit.list', { limit: 20 });
      expect(entries.filter(({ action }) => action === 'vault.recovery_code')).toHaveLength(2);
      expect(JSON.stringify([entries, other.logged])).not.toContain((toWindow ?? '').slice(0, 11));
    } finally {
      await other.dispose();
    }
  });

  it('hands over a new recovery code also where the log takes no entry: the one before is void by then', async () => {
    const other = makeTestCore();
    try {
      await other.call('vault.create', { passphrase: bytes(PASSPHRASE) });
      const full = vi.spyOn(other.core.vault.require(), 'transact').mockImplementation(() => {
        throw new AppError('DISK_FULL', 'The disk is full.');
      });
      const { recovery_code: code } = await other.call(
        'vault.renewRecoveryCode',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      expect(full).toHaveBeenCalled();
      full.mockRestore();
      await other.call('vault.lock', {});
      await other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') });
    } finally {
      await other.dispose();
    }
  });

  it('opens with the recovery code, after which the passphrase can be set anew', async () => {
    const other = makeTestCore();
    try {
      const { recovery_code: code } = await other.call(
        'vault.create',
        { passphrase: bytes('forgotten soon') },
        { face: 'window' },
      );
      await expect(
        other.call('vault.create', { passphrase: bytes('another passphrase') }),
      ).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
      await other.call('vault.lock', {});
      await expect(
        other.call('vault.unlock', { with: 'recovery', secret: bytes(PASSPHRASE) }),
      ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      const { warnings } = await other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') });
      expect(warnings.join()).toContain('keymolt passwd');
      await other.call('vault.changePassphrase', {
        current: bytes(code ?? ''),
        current_is: 'recovery',
        next: bytes(PASSPHRASE),
      });
      await other.call('vault.lock', {});
      await other.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    } finally {
      await other.dispose();
    }
  });

  it('opens with the keychain slot once it is on', async () => {
    await core.call('vault.setKeychain', { enabled: true });
    await core.call('vault.lock', {});
    await core.call('vault.unlock', { with: 'keychain' });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    await core.call('vault.setKeychain', { enabled: false });
    await core.call('vault.lock', {});
    await expect(core.call('vault.unlock', { with: 'keychain' })).rejects.toMatchObject({
      code: 'KEYCHAIN_SLOT_MISSING',
    });
  });
});

describe('backup and restore', () => {
  it('puts an older state back only when asked to, keeps what it replaces, and is no tampering', async () => {
    await addTestKey('before');
    const backup = `${core.paths.home}/backup.db`;
    await core.call('vault.backup', { path: backup });
    await addTestKey('after', 'mbd_test_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB');
    await expect(core.call('vault.restore', { path: backup, replace: false })).rejects.toMatchObject({
      code: 'VAULT_EXISTS',
    });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    await expect(core.call('vault.backup', { path: backup })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    // What cannot be put back locks nobody out either.
    writeFileSync(`${core.paths.home}/junk`, 'junk');
    for (const [path, code] of [
      [`${core.paths.home}/absent`, 'FILE_NOT_FOUND'],
      [`${core.paths.home}/junk`, 'BAD_FILE'],
    ] as const)
      await expect(core.call('vault.restore', { path, replace: true })).rejects.toMatchObject({ code });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    expect((await core.call('keys.list', {})).keys).toHaveLength(2);
    const { kept } = await core.call('vault.restore', { path: backup, replace: true });
    expect(kept).not.toBeNull();
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    const { keys } = await core.call('keys.list', {});
    expect(keys.map(({ name }) => name)).toEqual(['before']);
    expect((await core.call('vault.status', {})).tampered).toBe(false);
  });
});

describe('keys added by hand', () => {
  it('answers with what the contract says, and no value', async () => {
    const { key } = await addTestKey();
    expect(key).toMatchObject({
      name: 'dev-local-key',
      env: 'dev',
      mode: 'test',
      status: 'active',
      prefix: 'mbd_test_Can',
      var: 'MOLTBOTDEN_API_KEY',
      rotate_every_days: 90,
      days_left: 90,
    });
    expect(key.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(key)).not.toContain('CanaryCanary');
  });

  it('refuses a name twice in an environment, takes it in another, and warns of the same value', async () => {
    await addTestKey();
    await expect(addTestKey()).rejects.toMatchObject({ code: 'KEY_EXISTS', exit: 11 });
    const { warnings } = await core.call('keys.add', {
      name: 'dev-local-key',
      env: 'staging',
      platform: 'den-hosting',
      value: bytes(CANARY),
    });
    expect(warnings.join()).toContain('dev/dev-local-key');
  });

  it.each([
    ['empty', ''],
    ['only blanks', ' \u00a0\t'],
    ['a line break', 'mbd_test_\nx'],
    ['a NUL', 'mbd_test_\0x'],
  ])('refuses a value with %s', async (_what, value) => {
    await expect(addTestKey('odd', value)).rejects.toMatchObject({ code: 'BAD_VALUE' });
  });

  it('stores odd characters as they are, and says so', async () => {
    const odd = ` ${CANARY}"é🦞 `;
    const { warnings } = await addTestKey('odd', odd);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.join()).not.toContain('Canary');
    const { secrets } = await core.callForSecrets('secrets.read', { reference: 'molt://dev/odd' });
    expect(secrets['value']).toBe(odd);
  });

  it('takes another value by edit, counts the days anew, and forgets what it knew of the old one', async () => {
    const { key: before } = await addTestKey();
    await core.call('keys.edit', { key: 'dev-local-key', key_id: 'key_1', metadata: { owner: 'me' } });
    const { key } = await core.call('keys.edit', {
      key: 'dev-local-key',
      value: bytes('mbd_test_OtherOtherOtherOtherOtherOther12'),
    });
    expect(key).toMatchObject({ owner: 'me', key_id: null });
    expect(key.fingerprint).not.toBe(before.fingerprint);
    expect(key.rotated_at).not.toBeNull();
  });

  it('goes only when its name is typed', async () => {
    await addTestKey();
    await expect(core.call('keys.forget', { key: 'dev-local-key', confirm: 'other' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const { warnings } = await core.call('keys.forget', { key: 'dev-local-key', confirm: 'dev-local-key' });
    expect(warnings.join()).toContain('not revoked');
    await expect(core.call('keys.show', { key: 'dev-local-key' })).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
      exit: 10,
    });
  });
});

describe('grants', () => {
  const addLive = () =>
    core.call('keys.add', {
      name: 'production-agent-key',
      env: 'prod',
      platform: 'den-hosting',
      value: bytes(LIVE_CANARY),
    });
  const stranger = {
    pid: 4_000_000,
    startTicks: 1,
    sessionId: 4_000_000,
    sessionStartTicks: 1,
    hasTerminal: false,
    ancestors: [],
  };

  it('hand a live key to nobody who was not approved, whatever the way out', async () => {
    await addLive();
    const how = { process: stranger };
    // The test's own unlock came from a caller that the kernel did not name, so it was a grant to the user.
    core.core.grants.clear();
    for (const [channel, request] of [
      ['secrets.read', { reference: 'molt://prod/production-agent-key' }],
      ['secrets.copyValue', { key: 'prod/production-agent-key' }],
      ['secrets.prepareRun', { env: 'prod', map: [], allow_live: false, command: 'true', cwd: '/' }],
      [
        'secrets.prepareRun',
        {
          env: 'dev',
          map: [{ variable: 'X', reference: 'molt://prod/production-agent-key' }],
          allow_live: true,
          command: 'true',
          cwd: '/',
        },
      ],
    ] as const) {
      await expect(core.callForSecrets(channel, request as never, how)).rejects.toMatchObject({
        code: 'APPROVAL_REQUIRED',
        exit: 3,
      });
    }
    const many = await core.callForSecrets(
      'secrets.resolve',
      { references: ['molt://prod/production-agent-key'], purpose: 'inject' },
      how,
    );
    expect(many.secrets).toEqual({});
    expect(many.result.results[0]?.error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await expect(
      core.callForSecrets(
        'secrets.read',
        { reference: 'molt://prod/production-agent-key', passphrase: bytes('not this one') },
        how,
      ),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    const { secrets } = await core.callForSecrets(
      'secrets.read',
      { reference: 'molt://prod/production-agent-key', passphrase: bytes(PASSPHRASE) },
      how,
    );
    expect(secrets['value']).toBe(LIVE_CANARY);
  });

  it('end with the lock', async () => {
    await addLive();
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE), grant: 'user' });
    await core.callForSecrets(
      'secrets.read',
      { reference: 'molt://prod/production-agent-key' },
      { process: stranger },
    );
    await core.call('vault.lock', {});
    await core.call(
      'vault.unlock',
      { with: 'passphrase', secret: bytes(PASSPHRASE) },
      { process: { ...stranger, pid: 4_000_001 } },
    );
    await expect(
      core.callForSecrets(
        'secrets.read',
        { reference: 'molt://prod/production-agent-key' },
        { process: stranger },
      ),
    ).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('do not come from unlocking in the window', async () => {
    await addLive();
    await core.call('vault.lock', {});
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) }, { face: 'window' });
    await expect(
      core.callForSecrets('secrets.read', { reference: 'molt://prod/production-agent-key' }),
    ).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('are relaxed by nobody without the passphrase', async () => {
    await expect(core.call('environments.set', { name: 'prod', approve: 'never' })).rejects.toMatchObject({
      code: 'INPUT_REQUIRED',
    });
    await expect(
      core.call('environments.set', { name: 'prod', approve: 'never', passphrase: bytes('wrong wrong') }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    const { environment } = await core.call('environments.set', {
      name: 'prod',
      approve: 'never',
      passphrase: bytes(PASSPHRASE),
    });
    expect(environment.approve).toBe('never');
  });
});

describe('what a run gets', () => {
  const prepare = (more: object = {}) =>
    core.callForSecrets('secrets.prepareRun', {
      map: [],
      allow_live: false,
      command: 'true',
      cwd: '/',
      ...more,
    });

  it('is every active key of the environment, under its variable', async () => {
    await addTestKey();
    const { result, secrets } = await prepare();
    expect(secrets).toEqual({ MOLTBOTDEN_API_KEY: CANARY });
    expect(result).toMatchObject({
      env: 'dev',
      api_base: 'https://api.moltbotden.com/v1/hosting',
      variables: [{ variable: 'MOLTBOTDEN_API_KEY', key: 'dev/dev-local-key' }],
    });
  });

  it('is an error where there is nothing, two of a name, a reserved name, or a mode that does not fit', async () => {
    await expect(prepare()).rejects.toMatchObject({ code: 'NOTHING_TO_INJECT' });
    await addTestKey('a');
    await addTestKey('b', 'mbd_test_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB');
    await expect(prepare()).rejects.toMatchObject({
      code: 'VARIABLE_CONFLICT',
      message: expect.stringMatching(/dev\/a and dev\/b/) as string,
    });
    expect((await prepare({ only: ['b'] })).secrets).toHaveProperty('MOLTBOTDEN_API_KEY');
    await expect(
      prepare({ only: ['a'], map: [{ variable: 'LD_PRELOAD', reference: 'molt://dev/a' }] }),
    ).rejects.toMatchObject({ code: 'VARIABLE_RESERVED' });
    await expect(
      core.call('keys.edit', { key: 'a', metadata: { var: 'NODE_OPTIONS' } }),
    ).rejects.toMatchObject({ code: 'VARIABLE_RESERVED' });
    await core.call('keys.add', {
      name: 'live',
      env: 'prod',
      platform: 'den-hosting',
      value: bytes(LIVE_CANARY),
    });
    const cross = { only: ['a'], map: [{ variable: 'LIVE', reference: 'molt://prod/live' }] };
    await expect(prepare(cross)).rejects.toMatchObject({ code: 'MODE_MISMATCH' });
    expect((await prepare({ ...cross, allow_live: true })).secrets).toHaveProperty('LIVE');
  });
});

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
    await core.call('platforms.importDefinition', { definition: evil }, { face: 'window' });
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

  it('are shown before they are taken, without what was set of the one before', async () => {
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    const text = (change: object) => JSON.stringify({ ...definition, id: 'fifth', ...change });
    const window = { face: 'window' } as const;
    const first = text({ baseUrl: 'https://fifth.example/v1' });
    const preview = (definition: string) => core.call('platforms.previewDefinition', { definition }, window);
    expect(await preview(first)).toMatchObject({
      platform: { id: 'fifth', base_url: 'https://fifth.example/v1', builtin: false, can: { sign_in: true } },
      header: 'X-API-Key',
      replaces: null,
      same_name: 'den-hosting',
    });
    expect((await core.call('platforms.list', {})).platforms.map(({ id }) => id)).not.toContain('fifth');
    await core.call('platforms.importDefinition', { definition: first }, window);
    await core.call('platforms.set', { id: 'fifth', base_url: 'https://mine.example/v1' });
    expect(await preview(text({ baseUrl: 'https://next.example', name: 'Next' }))).toMatchObject({
      platform: { base_url: 'https://next.example' },
      replaces: { name: definition.name, base_url: 'https://mine.example/v1' },
      same_name: null,
    });
    await expect(preview(text({ id: 'moltbook' }))).rejects.toMatchObject({ code: 'PLATFORM_EXISTS' });
    await expect(preview('{"format": 1,\n "id" "fifth"}')).rejects.toMatchObject({
      code: 'BAD_PLATFORM',
      message: 'The definition is not JSON: line 2, column 7 has no colon after a name.',
    });
    await expect(preview(text({ rotation: { strategy: 'often' } }))).rejects.toMatchObject({
      code: 'BAD_PLATFORM',
      message: expect.stringContaining('rotation.strategy') as unknown,
    });
  });

  it('take another host from a window with the passphrase only', async () => {
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    const window = { face: 'window' } as const;
    const at = (baseUrl: string, more: object = {}) => ({
      definition: JSON.stringify({ ...definition, id: 'fifth', baseUrl }),
      ...more,
    });
    const address = async () => (await core.call('platforms.show', { id: 'fifth' })).platform.base_url;
    await core.call('platforms.importDefinition', at('https://fifth.example/v1'), window);
    await core.call('platforms.importDefinition', at('https://fifth.example/v2'), window);
    expect(await address()).toBe('https://fifth.example/v2');
    const evil = 'https://evil.example';
    await expect(core.call('platforms.importDefinition', at(evil), window)).rejects.toMatchObject({
      code: 'INPUT_REQUIRED',
      message: expect.stringContaining(evil) as unknown,
    });
    await expect(
      core.call('platforms.importDefinition', at(evil, { passphrase: bytes('wrong wrong') }), window),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    expect(await address()).toBe('https://fifth.example/v2');
    await core.call('platforms.importDefinition', at(evil, { passphrase: bytes(PASSPHRASE) }), window);
    expect(await address()).toBe(evil);
  });
});

describe('on the sandbox platform', () => {
  beforeEach(async () => {
    await core.call('sandbox.start', {});
  });
  const create = (name: string, more: object = {}) =>
    core.call('keys.create', { name, platform: 'sandbox-hosting', ...more });

  it('creates, tests, lists limits, syncs and revokes a key for real', async () => {
    const { keys } = await create('dev-local-key');
    expect(keys[0]).toMatchObject({
      name: 'dev-local-key',
      mode: 'test',
      status: 'active',
      last_check: { outcome: 'ok' },
    });
    expect(keys[0]?.account).toBeTruthy();
    const { key } = await core.call('keys.test', { key: 'dev-local-key' });
    expect(key.last_check?.outcome).toBe('ok');
    const { platforms } = await core.call('sync.run', {});
    expect(platforms).toHaveLength(1);
    expect(platforms[0]).toMatchObject({ error: null, revoked_elsewhere: [] });
    expect((await core.call('keys.show', { key: 'dev-local-key' })).key.last_used_at).not.toBeNull();
    const revoked = await core.call('keys.revoke', { key: 'dev-local-key', confirm: 'dev-local-key' });
    expect(revoked.key.status).toBe('revoked');
    await expect(
      core.callForSecrets('secrets.prepareRun', { map: [], allow_live: false, command: 'x', cwd: '/' }),
    ).rejects.toMatchObject({ code: 'NOTHING_TO_INJECT' });
  });

  it('uses the first key to create the next, and live keys for live environments', async () => {
    await create('first');
    await create('second');
    const { keys } = await create('production-agent-key', { env: 'prod' });
    expect(keys[0]?.mode).toBe('live');
    const { entries } = await core.call('audit.list', {});
    expect(
      entries.find(({ subject, action }) => action === 'key.create' && subject === 'dev/second')?.detail,
    ).toContain('with dev/first');
  });

  it('revokes a new key at once whose mode does not fit', async () => {
    await create('production-agent-key', { env: 'prod' });
    await expect(create('wrong', { using: 'prod/production-agent-key' })).rejects.toMatchObject({
      code: 'MODE_MISMATCH',
      exit: 6,
    });
    const { platforms } = await core.call('sync.run', {});
    expect(platforms.flatMap(({ unknown }) => unknown)).toEqual([]);
  });

  it('keeps everything where the platform is gone', async () => {
    await create('dev-local-key');
    await core.call('sandbox.stop', {});
    await expect(core.call('keys.test', { key: 'dev-local-key' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect((await core.call('keys.show', { key: 'dev-local-key' })).key.status).toBe('active');
  });
});
