import * as fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createOsKeyStore } from '../../src-main/keystore/os-key-store.ts';
import type { KeyStore } from '../../src-main/keystore/ports.ts';
import { RotationSchedule } from '../../src-main/services/rotation/scheduled-rotations.ts';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { type RunningKeyring, startKeyring } from '../support/homes/keyring.ts';
import { bytes, makeOpenCore, memoryKeychain, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const MINUTE_MS = 60_000;

// Keys are derived and rotated for real, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let core: TestCore;
let file: string;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
  file = path.join(fs.mkdtempSync(path.join(core.paths.home, '..', 'keymolt-schedule-')), '.env');
  fs.writeFileSync(file, 'MOLTBOTDEN_API_KEY=\n', { mode: 0o600 });
  for (const name of ['due', 'by-hand', 'fresh'])
    await core.call('keys.create', {
      name,
      platform: 'sandbox-hosting',
      metadata: { rotate_every_days: name === 'fresh' ? 60 : 1 },
    });
  await core.call('deployments.add', { key: 'due', place: { kind: 'dotenv', path: file } });
});
afterAll(async () => {
  await core.dispose();
  fs.rmSync(path.dirname(file), { recursive: true });
});

const beside = (name: string): string => path.join(path.dirname(file), name);
const plan = async (): Promise<Record<string, string | null>> => {
  const { runs } = await core.call('rotations.plan', { env: 'dev' });
  return Object.fromEntries(runs[0]!.keys.map(({ key, why }) => [key, why]));
};
const fingerprints = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await core.call('keys.list', { env: 'dev' })).keys.map(({ name, fingerprint }) => [name, fingerprint]),
  );

describe('automatic rotation', () => {
  it('is off at first, and its dry run says what it would do, and why not', async () => {
    expect((await core.call('rotations.plan', {})).runs.every((run) => run.next_run_at === null)).toBe(true);
    expect(await plan()).toEqual({
      'dev/due': null,
      'dev/by-hand': 'has no deployment target',
      'dev/fresh': 'not due yet',
    });
    fs.chmodSync(file, 0o400);
    expect((await plan())['dev/due']).toMatch(/read-only/);
    fs.chmodSync(file, 0o600);
  });

  it('rotates what is due at its hour, once, and nothing else', async () => {
    const startedAt = Date.now();
    let now = startedAt;
    const schedule = new RotationSchedule({ ...core.core, now: () => now }, () => 0);
    const hour = new Date(startedAt + 2 * MINUTE_MS).toISOString().slice(11, 16);
    const before = await fingerprints();
    now += MINUTE_MS / 2;
    await schedule.look();
    await core.call('environments.set', { name: 'dev', auto_rotate_at: hour });
    await schedule.look();
    expect(await fingerprints()).toEqual(before);
    now += 3 * MINUTE_MS;
    await schedule.look();
    const after = await fingerprints();
    expect(after).toEqual({ ...before, due: expect.any(String) as unknown });
    expect(after['due']).not.toBe(before['due']);
    expect(fs.readFileSync(file, 'utf8')).toMatch(/^MOLTBOTDEN_API_KEY=mbd_test_[A-Za-z0-9]{32}\n$/);
    now += MINUTE_MS;
    await schedule.look();
    expect(await fingerprints()).toEqual(after);
    const { entries } = await core.call('audit.list', {});
    expect(entries.some(({ actor }) => actor === 'schedule')).toBe(true);
  });

  it('begins nothing without a network, and makes up for it once there is one again', async () => {
    // Later than the rotation before: the key is due again.
    const startedAt = Date.now() + 30 * MINUTE_MS;
    let now = startedAt;
    const schedule = new RotationSchedule({ ...core.core, now: () => now }, () => 0);
    const hour = new Date(startedAt + 2 * MINUTE_MS).toISOString().slice(11, 16);
    await core.call('environments.set', { name: 'dev', auto_rotate_at: hour });
    const lookAfter = async (minutes: number): Promise<string | undefined> => {
      now = startedAt + minutes * MINUTE_MS;
      await schedule.look();
      return (await fingerprints())['due'];
    };
    const begun = async (): Promise<number> =>
      (await core.call('audit.list', { limit: 200 })).entries.filter(
        ({ action }) => action === 'rotate.start',
      ).length;
    const [before, begunBefore] = [(await fingerprints())['due'], await begun()];
    await callControl(core.sandbox()!, 'POST', '/faults', {
      kind: 'lost_response',
      times: 0,
      after_effect: false,
    });
    const asked = () => core.logged.filter((line) => line.includes('schedule.offline')).length;
    expect([await lookAfter(3), asked()]).toEqual([before, 1]);
    expect([await lookAfter(9), asked()]).toEqual([before, 2]);
    await callControl(core.sandbox()!, 'DELETE', '/faults');
    expect([await lookAfter(10), await begun()]).toEqual([before, begunBefore]);
    expect(await lookAfter(15)).not.toBe(before);
    const rotated = await begun();
    expect(rotated).toBe(begunBefore + 1);
    await lookAfter(21);
    expect(await begun()).toBe(rotated);
  });

  it('does nothing while the vault is locked', async () => {
    await core.call('vault.lock', {});
    await new RotationSchedule(core.core).look();
    expect((await core.call('vault.status', {})).vault).toBe('locked');
  });
});

/** A key that is due each day, deployed to a file beside the first core's. */
async function coreWithDueKey(keyStore: KeyStore, target: string): Promise<TestCore> {
  const own = await makeOpenCore({ keyStore });
  await own.call('sandbox.start', { tier: 'forge' });
  fs.writeFileSync(target, 'MOLTBOTDEN_API_KEY=\n', { mode: 0o600 });
  await own.call('keys.create', {
    name: 'due',
    platform: 'sandbox-hosting',
    metadata: { rotate_every_days: 1 },
  });
  await own.call('deployments.add', { key: 'due', place: { kind: 'dotenv', path: target } });
  return own;
}

describe('automatic rotation of a locked vault', () => {
  let own: TestCore;
  const entries = new Map<string, Buffer>();
  let now: number;
  let hour: string;
  /** As a process that has just started, and knows nothing of the vault. */
  const freshSchedule = (): RotationSchedule =>
    new RotationSchedule({ ...own.core, now: () => now }, () => 0);
  const fingerprint = async (): Promise<string> => {
    await own.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    return (await own.call('keys.show', { key: 'due' })).key.fingerprint;
  };
  const allow = (more: object = {}) =>
    own.call('environments.set', { name: 'dev', auto_rotate_unlocks: true, ...more });
  const slowly = () =>
    callControl(own.sandbox()!, 'POST', '/faults', { kind: 'latency', ms: 100, times: 0, method: 'GET' });
  /** Locks, lets the hour come, and looks. */
  const nightFalls = async (schedule: RotationSchedule): Promise<void> => {
    await own.call('vault.lock', {});
    now += 3 * MINUTE_MS;
    await schedule.look();
  };

  beforeAll(async () => {
    own = await coreWithDueKey(memoryKeychain(entries), beside('memory.env'));
    now = Date.now();
    hour = new Date(now + 2 * MINUTE_MS).toISOString().slice(11, 16);
    await own.call('environments.set', { name: 'dev', auto_rotate_at: hour });
  });
  afterAll(() => own.dispose());

  it('is off until it is allowed, which takes a keychain slot and the passphrase', async () => {
    await expect(allow()).rejects.toMatchObject({ code: 'KEYCHAIN_SLOT_MISSING' });
    await own.call('vault.setKeychain', { enabled: true });
    await expect(allow()).rejects.toMatchObject({ code: 'INPUT_REQUIRED' });
    await expect(allow({ passphrase: bytes('a wrong one') })).rejects.toMatchObject({
      code: 'WRONG_PASSWORD',
    });
    const before = await fingerprint();
    const schedule = freshSchedule();
    await schedule.look();
    const started = now;
    await nightFalls(schedule);
    now = started;
    expect(await fingerprint()).toBe(before);
    const { environment } = await allow({ passphrase: bytes(PASSPHRASE) });
    expect(environment.auto_rotate_unlocks).toBe(true);
    const planned = async () => (await own.call('rotations.plan', { env: 'dev' })).runs[0]!;
    expect(await planned()).toMatchObject({
      auto_rotate_unlocks: true,
      keys: [{ key: 'dev/due', rotates: true, waits_for_unlock: false }],
    });
    // Commands that start anew would have to ask for the value: the dry run says that this key waits, and it does.
    const { target } = await own.call('deployments.add', { key: 'due', place: { kind: 'process' } });
    expect((await planned()).keys).toMatchObject([{ rotates: true, waits_for_unlock: true }]);
    await nightFalls(freshSchedule());
    now = started;
    expect(await fingerprint()).toBe(before);
    await own.call('deployments.remove', { key: 'due', target: target.id });
  });

  it('opens it at the hour for itself alone, and locks it again', async () => {
    // A look while it is open leaves the hour beside the slot.
    await freshSchedule().look();
    const before = await fingerprint();
    const started = now;
    await slowly();
    const night = nightFalls(freshSchedule());
    while (own.core.vault.file.opened === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await own.call('vault.status', {})).toMatchObject({
      vault: 'locked',
      locks_at: null,
      rotations: [],
    });
    await expect(own.call('keys.list', {})).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(
      own.callForSecrets('secrets.read', { reference: 'molt://dev/due', no_input: true }),
    ).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    await night;
    expect(own.core.vault.file.opened).toBeUndefined();
    expect(await own.call('vault.status', {})).toMatchObject({ vault: 'locked', lock_reason: 'by_user' });
    expect(await fingerprint()).not.toBe(before);
    const { entries: log } = await own.call('audit.list', { limit: 100 });
    expect(log).toContainEqual(
      expect.objectContaining({
        actor: 'schedule',
        action: 'vault.unlock',
        detail: 'with keychain, for the schedule alone: dev',
      }),
    );
    now = started;
  });

  it('is left to a person who unlocks it meanwhile', async () => {
    await slowly();
    const before = await fingerprint();
    const started = now;
    const night = nightFalls(freshSchedule());
    while (own.core.vault.file.opened === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    await own.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    await own.call('keys.list', {});
    await night;
    expect((await own.call('vault.status', {})).vault).toBe('unlocked');
    expect(await fingerprint()).not.toBe(before);
    now = started;
  });

  it('does nothing at hours that the vault does not allow, whatever stands beside its slot', async () => {
    await own.call('environments.set', { name: 'dev', auto_rotate_unlocks: false });
    const before = await fingerprint();
    await nightFalls(freshSchedule());
    expect((await own.call('vault.status', {})).vault).toBe('locked');
    expect(await fingerprint()).toBe(before);
  });
});

describe('automatic rotation of a vault that is locked, with the keyring of a real desktop', () => {
  let keyring: RunningKeyring;
  beforeAll(async () => {
    keyring = await startKeyring({ unlocked: true });
  });
  afterAll(() => keyring.stop());

  it('is opened by its slot at the hour and locked again; without the keyring it stays shut', async () => {
    const keyStore = createOsKeyStore({ env: keyring.env });
    const target = beside('keyring.env');
    const own = await coreWithDueKey(keyStore, target);
    try {
      let now = Date.now();
      const hour = new Date(now + 2 * MINUTE_MS).toISOString().slice(11, 16);
      const look = async (): Promise<void> => {
        const schedule = new RotationSchedule({ ...own.core, now: () => now }, () => 0);
        now += 3 * MINUTE_MS;
        await schedule.look();
        now -= 3 * MINUTE_MS;
      };
      const deployed = (): string => fs.readFileSync(target, 'utf8');
      const before = deployed();
      await own.call('vault.setKeychain', { enabled: true });
      await own.call('environments.set', {
        name: 'dev',
        auto_rotate_at: hour,
        auto_rotate_unlocks: true,
        passphrase: bytes(PASSPHRASE),
      });
      const { vaultId } = own.core.vault.file;
      await own.call('vault.lock', {});
      // For an agent that starts with the vault locked: the keyring itself tells it when to look.
      await expect
        .poll(async () => (await keyStore.find(`keymolt/${vaultId}/schedule`))?.toString(), {
          timeout: 20_000,
        })
        .toBe(JSON.stringify([hour]));

      await look();
      expect(own.core.vault.file.state).toBe('locked');
      const rotated = deployed();
      expect(rotated).toMatch(/^MOLTBOTDEN_API_KEY=mbd_test_[A-Za-z0-9]{32}\n$/);
      expect(rotated).not.toBe(before);

      // Somebody cleared the keyring: nothing opens, nothing is lost.
      await keyStore.remove(`keymolt/${vaultId}/slot`);
      await expect(look()).rejects.toMatchObject({ code: 'KEYCHAIN_SLOT_MISSING' });
      expect(own.core.vault.file.state).toBe('locked');
      expect(deployed()).toBe(rotated);
      await own.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
      const { entries } = await own.call('audit.list', { limit: 100 });
      expect(
        entries.filter(({ actor, action }) => actor === 'schedule' && action === 'vault.unlock'),
      ).toHaveLength(1);
      expect(own.logged.join('\n')).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
    } finally {
      await own.dispose();
    }
  });
});

describe('the period of a key', () => {
  it('is 30 days where its deployment is automatic, 90 where it is not, or what was said', async () => {
    const other = await makeOpenCore();
    try {
      const { key } = await other.call('keys.add', {
        name: 'k',
        platform: 'den-hosting',
        value: Buffer.from('mbd_test_0123456789abcdef0123456789abcdef'),
      });
      expect(key.rotate_every_days).toBe(90);
      await other.call('deployments.add', { key: 'k', place: { kind: 'process' } });
      const [listed] = (await other.call('keys.list', {})).keys;
      expect([listed!.rotate_every_days, listed!.days_left]).toEqual([30, 30]);
      expect((await other.call('keys.list', { due_within_days: 14 })).keys).toEqual([]);
      await other.call('environments.set', { name: 'dev', rotate_every_days: 10 });
      expect((await other.call('keys.list', { due_within_days: 14 })).keys).toHaveLength(1);
      await other.call('keys.edit', { key: 'k', metadata: { rotate_every_days: 20 } });
      expect((await other.call('keys.show', { key: 'k' })).key.rotate_every_days).toBe(20);
      const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
      await other.call('keys.edit', { key: 'k', metadata: { expires_at: soon } });
      expect((await other.call('keys.show', { key: 'k' })).key.days_left).toBe(3);
    } finally {
      await other.dispose();
    }
  });
});
