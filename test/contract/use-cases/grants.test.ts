import { describe, expect, it } from 'vitest';
import { bytes, PASSPHRASE, type TestCore } from '../../support/test-core.ts';
import { addTestKey, CANARY, coreOfEach, LIVE_CANARY } from './core-of-each.ts';

let core: TestCore;
coreOfEach((opened) => (core = opened));

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
    await addTestKey(core);
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
    await addTestKey(core, 'a');
    await addTestKey(core, 'b', 'mbd_test_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB');
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
