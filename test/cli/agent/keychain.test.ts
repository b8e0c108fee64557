import { copyFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentHome, codeOf, eventually } from '../../support/homes/agent-home.ts';
import { type RunningKeyring, startKeyring } from '../../support/homes/keyring.ts';

const value = 'mbd_test_abcdefghij0123456789';
let home: AgentHome;
afterEach(() => home.dispose());

describe('a keychain that is absent', () => {
  beforeEach(() => {
    home = new AgentHome();
  });

  it('is named as absent, and the passphrase does all it did', async () => {
    await home.init();
    await eventually(
      'the keychain was asked',
      async () => (await home.status()).keychain_detail !== 'not asked yet',
    );
    const { keychain, keychain_detail: detail } = await home.status();
    expect({ keychain, detail }).toEqual({
      keychain: 'unavailable',
      detail: expect.stringContaining('this session has no D-Bus') as string,
    });
    const on = await home.keymolt(['keychain', 'on', '--no-input']);
    expect([on.status, codeOf(on)]).toEqual([1, 'KEYCHAIN_UNAVAILABLE']);
    await home.ok('lock');
    const unlock = await home.keymolt(['unlock', '--keychain', '--no-input']);
    expect([unlock.status, codeOf(unlock)]).toEqual([3, 'KEYCHAIN_SLOT_MISSING']);
    await home.unlock();
  });
});

describe('a keychain that hangs', () => {
  let bus: Server;
  beforeEach(async () => {
    home = new AgentHome();
    const address = path.join(home.folder, 'bus');
    home.env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${address}`;
    // It takes every connection, and never says a word.
    bus = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => bus.listen(address, resolve));
  });
  afterEach(() => void bus.close());

  it('holds nothing up: the status is there at once, and says soon which store it is', async () => {
    // Not a measure of speed: without a limit of ours, D-Bus itself would wait for 25 s.
    const hungMs = 20_000;
    const started = performance.now();
    await home.ok('agent', 'start');
    expect((await home.status()).vault).toBe('missing');
    await eventually('it is given up', async () =>
      (await home.status()).keychain_detail.includes('did not answer'),
    );
    expect(performance.now() - started).toBeLessThan(hungMs);
    expect((await home.status()).keychain).toBe('unavailable');
    await home.init();
    expect((await home.addKey('one', value)).status).toBe(0);
    await home.stop();
    // A vault that is there already: the anchor is looked for, and given up.
    const unlocked = await home.unlock();
    expect(unlocked.tookMs).toBeLessThan(hungMs);
    expect(await home.keyNames()).toEqual(['one']);
    const on = await home.keymolt(['keychain', 'on', '--no-input']);
    expect([on.status, codeOf(on)]).toEqual([1, 'KEYCHAIN_UNAVAILABLE']);
    const stopped = await home.ok('agent', 'stop');
    expect(stopped.tookMs).toBeLessThan(hungMs);
  });
});

describe('a real keychain', () => {
  let keyring: RunningKeyring;
  beforeAll(async () => {
    keyring = await startKeyring({ unlocked: true });
  });
  afterAll(() => keyring.stop());
  beforeEach(() => {
    home = new AgentHome({ env: { DBUS_SESSION_BUS_ADDRESS: keyring.env['DBUS_SESSION_BUS_ADDRESS'] } });
  });

  it('opens the vault once it was turned on, also for a new agent, and no longer once it was turned off', async () => {
    await home.init();
    expect((await home.status()).keychain).toBe('off');
    await home.ok('keychain', 'on');
    expect(await home.status()).toMatchObject({ keychain: 'available' });
    await home.ok('lock');
    await home.ok('unlock', '--keychain', '--no-input');
    await home.stop();
    await home.ok('unlock', '--keychain', '--no-input');
    expect((await home.status()).vault).toBe('unlocked');
    await home.ok('keychain', 'off');
    await home.ok('lock');
    const refused = await home.keymolt(['unlock', '--keychain', '--no-input']);
    expect([refused.status, codeOf(refused)]).toEqual([3, 'KEYCHAIN_SLOT_MISSING']);
    await home.unlock();
  });

  it('may be used by the schedule where that is allowed; the dry run names the key that waits all the same', async () => {
    await home.init();
    for (const name of ['plain', 'held']) {
      const flags = ['--key-id', `key_${name}`, '--rotate-every', '1d', '--var', name.toUpperCase()];
      await home.addKey(name, `${value}${name}`, ...flags);
    }
    await home.ok('deploy', 'add', 'plain', '--command', 'true');
    await home.ok('deploy', 'add', 'held', '--process');
    await home.ok('keychain', 'on');
    const allow = (...flags: string[]) =>
      home.keymolt([
        'env',
        'set',
        'dev',
        '--auto-rotate',
        '03:00',
        '--auto-unlock',
        'on',
        '--no-input',
        ...flags,
      ]);
    const refused = await allow();
    expect([refused.status, codeOf(refused)]).toEqual([2, 'INPUT_REQUIRED']);
    expect((await allow('--password-file', home.passphraseFile)).status).toBe(0);
    const { stdout } = await home.ok('rotate', 'plan', '-e', 'dev');
    expect(stdout).toContain('also while the vault is locked');
    const [held = '', plain = ''] = ['dev/held', 'dev/plain'].map((key) =>
      stdout.split('\n').find((line) => line.includes(key)),
    );
    expect(held).toMatch(/rotates .*not while the vault is locked/);
    expect(plain).toMatch(/rotates /);
    expect(plain).not.toContain('locked');
  });

  it('shows a whole vault file that was put back to an older state, with or without its slot', async () => {
    await home.init();
    await home.addKey('one', value);
    await home.stop();
    const older = path.join(home.folder, 'older');
    copyFileSync(home.paths.vault, older);
    await home.unlock();
    await home.addKey('two', `${value}2`);
    await home.ok('key', 'forget', 'one', '--yes');
    await home.stop();
    copyFileSync(older, home.paths.vault);

    const unlocked = await home.unlock();
    expect(unlocked.stderr).toMatch(/changed from outside/);
    const { tampered, tamper_findings: findings } = await home.status();
    expect(tampered).toBe(true);
    expect(findings).toHaveLength(1);
    expect(await home.keyNames()).toEqual(['one']);
    await home.ok('read', 'molt://dev/one', '--reveal', '--no-input');
    const refused = await home.addKey('three', `${value}3`);
    expect([refused.status, codeOf(refused)]).toEqual([12, 'VAULT_TAMPERED']);
    const verified = await home.keymolt(['audit', 'verify', '--no-input']);
    expect(verified.status).toBe(1);

    // It does not go away by locking, by a new agent, or by waiting.
    await home.stop();
    await home.unlock();
    expect((await home.status()).tampered).toBe(true);
    await home.ok('audit', 'accept', '--yes');
    expect((await home.addKey('three', `${value}3`)).status).toBe(0);
    await home.stop();
    await home.unlock();
    expect((await home.status()).tampered).toBe(false);
  });

  it('takes a restored backup for what it is: no rollback', async () => {
    await home.init();
    await home.addKey('one', value);
    const backup = path.join(home.folder, 'backup');
    await home.ok('backup', backup);
    await home.addKey('two', `${value}2`);
    await home.ok('restore', backup, '--replace', '--yes');
    await home.unlock();
    expect(await home.status()).toMatchObject({ vault: 'unlocked', tampered: false });
    expect(await home.keyNames()).toEqual(['one']);
  });

  it('does not take a database that is ahead of it for a rollback, as after kill -9', async () => {
    await home.init();
    await home.addKey('one', value);
    await home.killAgent();
    const unlocked = await home.unlock();
    expect(unlocked.stderr).toBe('');
    expect((await home.status()).tampered).toBe(false);
  });
});
