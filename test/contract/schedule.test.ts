import * as fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RotationSchedule } from '../../src-main/services/rotation/scheduled-rotations.ts';
import { makeOpenCore, type TestCore } from '../support/test-core.ts';

const MINUTE_MS = 60_000;

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

  it('does nothing while the vault is locked', async () => {
    await core.call('vault.lock', {});
    await new RotationSchedule(core.core).look();
    expect((await core.call('vault.status', {})).vault).toBe('locked');
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
