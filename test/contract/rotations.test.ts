import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { bytes, makeOpenCore, type TestCore } from '../support/test-core.ts';

const AGENT_VALUE = `moltbotden_sk_${'0123456789abcdef'.repeat(2)}`;

let core: TestCore;
beforeEach(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
});
afterEach(async () => {
  expect(JSON.stringify(core.logged)).not.toMatch(/mbd_test_[A-Za-z0-9]{32}|moltbotden_sk_/);
  await core.dispose();
});

const create = (name = 'agent') => core.call('keys.create', { name, platform: 'sandbox-hosting' });
const statesOf = (steps: readonly { name: string; status: string }[]) =>
  steps.map(({ name, status }) => `${name} ${status}`);

describe('an overlap rotation', () => {
  it('ends with a new value under the old name, the old key dead, and every step in the audit log', async () => {
    const before = (await create()).keys[0]!;
    const { rotation } = await core.call('rotations.start', { key: 'agent', no_deploy_check: true });
    expect(rotation).toMatchObject({ state: 'done', strategy: 'overlap', laggards: [], cause: null });
    expect(statesOf(rotation.steps)).toEqual([
      'create ok',
      'prove ok',
      'store ok',
      'deploy skipped',
      'verify ok',
      'revoke ok',
      'confirm ok',
    ]);
    expect(rotation.old).toEqual({
      key_id: before.key_id,
      fingerprint: before.fingerprint,
      status: 'revoked',
    });
    const { key } = await core.call('keys.test', { key: 'agent' });
    expect(key).toMatchObject({
      name: 'agent',
      status: 'active',
      key_id: rotation.new?.key_id,
      fingerprint: rotation.new?.fingerprint,
      created_at: before.created_at,
    });
    expect(key.rotated_at).not.toBeNull();
    const { platforms } = await core.call('sync.run', {});
    expect(platforms[0]).toMatchObject({ unknown: [], revoked_elsewhere: [] });
    const { entries } = await core.call('audit.list', {});
    const actions = entries.map(({ action }) => action).filter((action) => action.startsWith('rotate.'));
    expect(actions.toReversed()).toEqual([
      'rotate.start',
      'rotate.create',
      'rotate.create',
      'rotate.prove',
      'rotate.store',
      'rotate.verify',
      'rotate.revoke',
      'rotate.revoke',
      'rotate.done',
    ]);
    // Neither value is anywhere but in the key's own record.
    expect(core.core.vault.require().records('rotation')).toMatchObject([{ hasValue: false }]);
  });

  it('stops at stored where nobody is known to use the key, is found everywhere, and goes on or back', async () => {
    await create();
    const { rotation } = await core.call('rotations.start', { key: 'agent' });
    expect(rotation).toMatchObject({ state: 'stored', cause: { code: 'ROTATION_UNFINISHED' } });
    expect(rotation.deadline_at).not.toBeNull();
    await expect(core.call('rotations.start', { key: 'agent' })).rejects.toMatchObject({
      code: 'ROTATION_UNFINISHED',
      exit: 9,
    });
    expect((await core.call('rotations.list', {})).rotation?.state).toBe('stored');
    const aborted = await core.call('rotations.abort', { key: 'agent' });
    expect(aborted.rotation).toMatchObject({ state: 'rolled_back', new: { status: 'revoked' } });
    const { key } = await core.call('keys.test', { key: 'agent' });
    expect(key.fingerprint).toBe(rotation.old.fingerprint);
    await expect(core.call('rotations.abort', { key: 'agent' })).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('goes on by itself when the vault is unlocked', async () => {
    await create();
    await core.call('rotations.start', { key: 'agent' });
    await core.call('vault.lock', {});
    await expect(core.call('rotations.show', { key: 'agent' })).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes('a passphrase for tests only') });
    const { rotation } = await core.call('rotations.resume', { key: 'agent', no_deploy_check: true });
    expect(['stored', 'done']).toContain(rotation.state);
    const again = await core.call('rotations.resume', { key: 'agent', no_deploy_check: true });
    expect(again.rotation.state).toBe('done');
  });

  it('is not begun for a key whose id at the platform nobody knows', async () => {
    await core.call('keys.add', {
      name: 'by-hand',
      platform: 'sandbox-hosting',
      value: bytes(`mbd_test_${'B'.repeat(32)}`),
    });
    await expect(core.call('rotations.start', { key: 'by-hand' })).rejects.toMatchObject({
      code: 'KEY_ID_UNKNOWN',
      exit: 10,
    });
    expect((await core.call('rotations.list', {})).rotations).toEqual([]);
  });

  it('replaces a lost key without asking with it', async () => {
    await create();
    await create('other');
    const { rotation } = await core.call('rotations.start', {
      key: 'agent',
      lost: true,
      no_deploy_check: true,
    });
    expect(rotation).toMatchObject({ state: 'done', lost: true });
    const { entries } = await core.call('audit.list', {});
    expect(entries.find(({ action }) => action === 'rotate.create')?.detail).toContain('with dev/other');
  });
});

describe('who still has the old value', () => {
  const holder = (fingerprint: string) => ({
    runId: 'run-1',
    pid: process.pid,
    startTicks: core.core.processes.describe(process.pid)?.startTicks ?? 0,
    command: 'agent-loop',
    cwd: '/',
    env: 'dev',
    since: new Date().toISOString(),
    keys: [{ id: core.core.vault.require().records('key')[0]!.id, address: 'dev/agent', fingerprint }],
  });

  it('is named, keeps the old key alive, and is waited for', async () => {
    const before = (await create()).keys[0]!;
    core.core.runs.add(holder(before.fingerprint));
    const waiting = await core.call('rotations.start', { key: 'agent', wait_ms: 1500 });
    expect(waiting.rotation).toMatchObject({
      state: 'deployed',
      old: { status: 'retiring' },
      laggards: [{ pid: process.pid, command: 'agent-loop', file: null }],
    });
    expect((await core.call('vault.status', {})).rotations).toMatchObject([
      { key: 'agent', env: 'dev', state: 'deployed' },
    ]);
    for (const refused of [
      core.call('keys.revoke', { key: 'agent', confirm: 'agent' }),
      core.call('keys.forget', { key: 'agent', confirm: 'agent' }),
      core.call('keys.edit', { key: 'agent', value: bytes(`mbd_test_${'C'.repeat(32)}`) }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'ROTATION_UNFINISHED', exit: 9 });
    const { platforms } = await core.call('sync.run', {});
    expect(platforms[0]).toMatchObject({ unknown: [], revoked_elsewhere: [], open_overlaps: ['dev/agent'] });
    // It starts anew with what the vault gives out now.
    core.core.runs.add(holder(waiting.rotation.new!.fingerprint));
    const { rotation } = await core.call('rotations.resume', { key: 'agent' });
    expect(rotation).toMatchObject({ state: 'done', laggards: [] });
  });

  it('may be somebody unknown: the old key must be unused for as long as was asked', async () => {
    await create();
    const { rotation } = await core.call('rotations.start', {
      key: 'agent',
      no_deploy_check: true,
      quiet_ms: 200,
    });
    expect(rotation.steps.find(({ name }) => name === 'verify')?.detail).toContain('stood still');
  });
});

describe('a cut-over rotation', () => {
  it('waits for the value that the person regenerated, and refuses one that is not the platform’s', async () => {
    await core.call('keys.add', { name: 'molty', platform: 'sandbox-agent', value: bytes(AGENT_VALUE) });
    const waiting = await core.call('rotations.start', { key: 'molty' });
    expect(waiting.rotation).toMatchObject({ state: 'planned', cause: { code: 'INPUT_REQUIRED' } });
    await expect(
      core.call('rotations.resume', { key: 'molty', value: bytes(AGENT_VALUE) }),
    ).rejects.toMatchObject({ code: 'BAD_VALUE' });
  });

  it('takes the value, proves it, and sees the old one refused', async () => {
    const { controlUrl, controlToken } = core.sandbox()!;
    const mint = async (body: object): Promise<Record<string, string>> =>
      (await callControl({ controlUrl, controlToken }, 'POST', '/keys', body))!.json as Record<
        string,
        string
      >;
    const first = await mint({ kind: 'agent', name: 'molty' });
    await core.call('keys.add', { name: 'molty', platform: 'sandbox-agent', value: bytes(first['key']!) });
    const again = await mint({ kind: 'agent', agent_id: first['agent_id'] });
    const { rotation } = await core.call('rotations.start', {
      key: 'molty',
      value: bytes(again['key']!),
      no_deploy_check: true,
    });
    expect(rotation).toMatchObject({ state: 'done', strategy: 'cutover', overlap_s: null });
    const { key } = await core.call('keys.test', { key: 'molty' });
    expect(key).toMatchObject({ last_check: { outcome: 'ok' }, fingerprint: rotation.new?.fingerprint });
  });

  it('goes back where the value does not work, or is another agent’s', async () => {
    const { controlUrl, controlToken } = core.sandbox()!;
    const mint = async (name: string): Promise<string> =>
      (
        (await callControl({ controlUrl, controlToken }, 'POST', '/keys', { kind: 'agent', name }))!
          .json as Record<string, string>
      )['key']!;
    await core.call('keys.add', {
      name: 'molty',
      platform: 'sandbox-agent',
      value: bytes(await mint('molty')),
    });
    const { rotation } = await core.call('rotations.start', {
      key: 'molty',
      value: bytes(await mint('other')),
    });
    expect(rotation).toMatchObject({ state: 'rolled_back', cause: { code: 'FORBIDDEN' } });
    expect((await core.call('keys.test', { key: 'molty' })).key.last_check?.outcome).toBe('ok');
  });
});
