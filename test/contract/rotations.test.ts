import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('a cut-over rotation', () => {
  it('waits for the value that the person regenerated, and refuses one that is not the platform’s', async () => {
    await core.call('keys.add', { name: 'molty', platform: 'sandbox-agent', value: bytes(AGENT_VALUE) });
    const waiting = await core.call('rotations.start', { key: 'molty' });
    expect(waiting.rotation).toMatchObject({ state: 'planned', cause: { code: 'INPUT_REQUIRED' } });
    await expect(
      core.call('rotations.resume', { key: 'molty', value: bytes(AGENT_VALUE) }),
    ).rejects.toMatchObject({ code: 'BAD_VALUE' });
  });
});
