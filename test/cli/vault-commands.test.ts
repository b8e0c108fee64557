import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { statusView } from '../../src-shared/contract/views.ts';
import { AgentHome, codeOf, PASSPHRASE } from '../support/homes/agent-home.ts';

describe('init', () => {
  let home: AgentHome;
  afterEach(() => home.dispose());
  const init = (...more: string[]) =>
    home.keymolt(['init', '--password-file', home.passphraseFile, '--no-input', ...more]);

  it('makes a vault, and puts the recovery code nowhere but into the file', async () => {
    home = new AgentHome();
    const file = path.join(home.folder, 'recovery');
    const ended = await init('--recovery-file', file, '--json');
    expect(ended.status).toBe(0);
    expect(JSON.parse(ended.stdout)).toEqual({
      schema: 1,
      vault: 'unlocked',
      home: home.home,
      recovery_file: file,
    });
    const code = readFileSync(file, 'utf8').trim();
    expect(code.length).toBeGreaterThan(20);
    expect(home.printed + home.log).not.toContain(code);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(home.home).mode & 0o777).toBe(0o700);
    for (const name of ['vault.db', 'agent.sock', 'agent.log']) {
      expect(statSync(path.join(home.home, name)).mode & 0o777).toBe(0o600);
    }
    // It does what it is for.
    await home.ok('lock');
    expect((await home.keymolt(['unlock', '--recovery-code-file', file, '--no-input'])).status).toBe(0);
  });

  it('refuses a second time, with 11, and asks for nothing', async () => {
    home = new AgentHome();
    await home.init();
    const ended = await home.keymolt(['init']);
    expect([ended.status, codeOf(ended)]).toEqual([11, 'VAULT_EXISTS']);
  });

  it('writes over no file, and makes no vault then', async () => {
    home = new AgentHome();
    const file = path.join(home.folder, 'letter');
    writeFileSync(file, 'dear');
    const ended = await init('--recovery-file', file);
    expect([ended.status, codeOf(ended)]).toEqual([11, 'FILE_EXISTS']);
    expect(readFileSync(file, 'utf8')).toBe('dear');
    expect(existsSync(path.join(home.home, 'vault.db'))).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['one newline', '\n'],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
    ['too long', 'x'.repeat(5000)],
  ])('takes no passphrase that is %s, and leaves no file behind', async (_name, content) => {
    home = new AgentHome();
    writeFileSync(home.passphraseFile, content);
    const file = path.join(home.folder, 'recovery');
    const ended = await init('--recovery-file', file);
    expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_VALUE']);
    expect([existsSync(file), existsSync(home.home)]).toEqual([false, false]);
  });

  it('takes the passphrase from stdin, less one newline', async () => {
    home = new AgentHome();
    const file = path.join(home.folder, 'recovery');
    const ended = await home.keymolt(
      ['init', '--password-file', '-', '--recovery-file', file, '--no-input'],
      {
        input: `${PASSPHRASE}\r\n`,
      },
    );
    expect(ended.status).toBe(0);
    await home.ok('lock');
    await home.unlock();
  });
});

describe('a vault', () => {
  let home: AgentHome;
  beforeAll(async () => {
    home = new AgentHome();
    await home.init();
  });
  afterAll(async () => {
    expect(home.printed + home.log).not.toContain(PASSPHRASE);
    await home.dispose();
  });

  it('tells how it stands in the shape of the contract', async () => {
    expect(statusView.parse(await home.status())).toMatchObject({
      vault: 'unlocked',
      agent: 'headless',
      tampered: false,
    });
    const words = (await home.ok('status')).stdout;
    expect(words).toMatch(/^vault +unlocked$/m);
    expect(words).toMatch(/^locks +in 12 h \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m);
  });

  it('locks, and says so', async () => {
    await home.ok('lock');
    expect(await home.status()).toMatchObject({ vault: 'locked', lock_reason: 'by_user' });
    for (const words of [
      ['key', 'list'],
      ['env', 'list'],
      ['audit', 'list'],
      ['limits'],
      ['sync'],
      ['read', 'a', '--reveal'],
    ]) {
      const ended = await home.keymolt([...words, '--no-input']);
      expect([words, ended.status, codeOf(ended)]).toEqual([words, 3, 'VAULT_LOCKED']);
    }
  });

  it('refuses a wrong passphrase with 3, from a file and from stdin', async () => {
    const wrong = await home.keymolt(['unlock', '--password-file', '-', '--no-input'], { input: 'wrong\n' });
    expect([wrong.status, codeOf(wrong)]).toEqual([3, 'WRONG_PASSWORD']);
    expect((await home.status()).vault).toBe('locked');
  });

  it('unlocks for as long as it is told', async () => {
    const before = Date.now();
    const { stdout } = await home.unlock('--for', '2h', '--json');
    const status = JSON.parse(stdout) as { vault: string; locks_at: string };
    expect(status.vault).toBe('unlocked');
    const lockInMs = Date.parse(status.locks_at) - before;
    expect(lockInMs).toBeGreaterThan(7_100_000);
    expect(lockInMs).toBeLessThan(7_400_000);
  });

  it.each([
    ['unlock --for soon', 'USAGE'],
    ['unlock --grant everybody', 'USAGE'],
    ['keychain maybe', 'USAGE'],
    ['env add x', 'USAGE'],
    ['env add x --kind odd', 'USAGE'],
    ['env set dev', 'USAGE'],
    ['env set dev --auto-rotate 25:00', 'USAGE'],
    ['passwd --password-file - --new-password-file -', 'USAGE'],
  ])('`%s` is a mistake', async (line, code) => {
    const ended = await home.keymolt([...line.split(' '), '--no-input']);
    expect([ended.status, codeOf(ended)]).toEqual([2, code]);
  });

  it('has no keychain here, and says why', async () => {
    const ended = await home.keymolt(['keychain', 'on', '--no-input']);
    expect([ended.status, codeOf(ended)]).toEqual([1, 'KEYCHAIN_UNAVAILABLE']);
  });

  it('changes its passphrase', async () => {
    const next = path.join(home.folder, 'next');
    writeFileSync(next, 'another passphrase\n');
    await home.ok(
      'passwd',
      '--password-file',
      home.passphraseFile,
      '--new-password-file',
      next,
      '--no-input',
    );
    await home.ok('lock');
    expect(
      (await home.keymolt(['unlock', '--password-file', home.passphraseFile, '--no-input'])).status,
    ).toBe(3);
    await home.ok('unlock', '--password-file', next, '--no-input');
    await home.ok(
      'passwd',
      '--password-file',
      next,
      '--new-password-file',
      home.passphraseFile,
      '--no-input',
    );
  });

  it('makes a new recovery code into a new private file, and the one before is void', async () => {
    const [first, second] = [path.join(home.folder, 'code-1'), path.join(home.folder, 'code-2')];
    const make = (...more: string[]) =>
      home.keymolt(['recovery-code', '--password-file', home.passphraseFile, '--no-input', ...more]);
    const nowhere = await make();
    expect([nowhere.status, codeOf(nowhere)]).toEqual([2, 'INPUT_REQUIRED']);
    for (const file of [first, second]) {
      const { status, stdout, stderr } = await make('--recovery-file', file, '--json');
      expect([status, JSON.parse(stdout)]).toEqual([0, { schema: 1, recovery_file: file }]);
      expect(stdout + stderr).not.toContain(readFileSync(file, 'utf8').slice(0, 11));
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect((await make('--recovery-file', second)).status).toBe(11);
    await home.ok('lock');
    const unlock = (file: string) => home.keymolt(['unlock', '--recovery-code-file', file, '--no-input']);
    expect([(await unlock(first)).status, (await unlock(second)).status]).toEqual([3, 0]);
    expect((await home.ok('audit', 'list', '--json')).stdout).toContain('vault.recovery_code');
  });

  it('has environments that can be added and changed', async () => {
    await home.ok('env', 'add', 'canary', '--kind', 'live');
    await home.ok('env', 'set', 'canary', '--rotate-every', '30d', '--auto-rotate', '03:30');
    const { stdout } = await home.ok('env', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      environments: expect.arrayContaining([
        expect.objectContaining({
          name: 'canary',
          kind: 'live',
          rotate_every_days: 30,
          auto_rotate_at: '03:30',
          auto_rotate_unlocks: false,
        }),
      ]) as unknown,
    });
    expect((await home.keymolt(['env', 'add', 'canary', '--kind', 'live'])).status).toBe(11);
  });

  it('changes who needs a grant only for the passphrase', async () => {
    const refused = await home.keymolt(['env', 'set', 'dev', '--approve', 'always', '--no-input']);
    expect([refused.status, codeOf(refused)]).toEqual([2, 'INPUT_REQUIRED']);
    await home.ok(
      'env',
      'set',
      'dev',
      '--approve',
      'always',
      '--password-file',
      home.passphraseFile,
      '--no-input',
    );
    await home.ok(
      'env',
      'set',
      'dev',
      '--approve',
      'live',
      '--password-file',
      home.passphraseFile,
      '--no-input',
    );
  });

  it('backs itself up, and is taken back, with what it replaces kept', async () => {
    const backup = path.join(home.folder, 'backup.db');
    const answer = JSON.parse((await home.ok('backup', backup, '--json')).stdout) as {
      path: string;
      bytes: number;
    };
    expect(answer).toEqual({ schema: 1, path: backup, bytes: statSync(backup).size });
    expect((await home.keymolt(['backup', backup])).status).toBe(11);
    await home.ok('env', 'add', 'after-backup', '--kind', 'test');

    expect((await home.keymolt(['restore', backup])).status).toBe(11);
    const { stdout } = await home.ok('restore', backup, '--replace', '--no-input', '--json');
    const { kept } = JSON.parse(stdout) as { kept: string };
    expect(existsSync(kept)).toBe(true);
    await home.unlock();
    expect((await home.ok('env', 'list')).stdout).not.toContain('after-backup');
  });

  it('has an audit log that holds, and of which a page can be had', async () => {
    const all = JSON.parse((await home.ok('audit', 'list', '--json')).stdout) as {
      entries: { seq: number }[];
    };
    expect(all.entries.length).toBeGreaterThan(3);
    const two = JSON.parse((await home.ok('audit', 'list', '--limit', '2', '--json')).stdout) as typeof all;
    expect(two.entries).toEqual(all.entries.slice(0, 2));
    expect((await home.ok('audit', 'verify')).stdout).toMatch(/none missing or changed/);
  });

  it('stands alone in its file once the agent has stopped', async () => {
    const [pid] = home.agentPids();
    await home.ok('agent', 'stop');
    expect(home.agentPids()).not.toContain(pid);
    expect([existsSync(`${home.paths.vault}-wal`), existsSync(home.paths.socket)]).toEqual([false, false]);
    copyFileSync(home.paths.vault, path.join(home.folder, 'copy.db'));
    expect((await home.ok('agent', 'stop')).status).toBe(0);
    expect(await home.status()).toMatchObject({ agent: 'none', vault: 'locked' });
    await home.ok('agent', 'start');
    expect(await home.status()).toMatchObject({
      agent: 'headless',
      vault: 'locked',
      lock_reason: 'not_unlocked_yet',
    });
  });
});
