import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AgentHome,
  codeOf,
  eventually,
  isRunning,
  runProgram,
  AGENT,
  CLI,
} from '../../support/homes/agent-home.ts';

const isRoot = process.getuid?.() === 0;

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

const value = 'mbd_test_abcdefghij0123456789';

/** Commands that want the vault, and what they end with. */
async function outcomes(): Promise<(readonly [number | null, string | undefined])[]> {
  const all = [];
  for (const command of [
    ['key', 'list'],
    ['key', 'add', 'n', '--platform', 'sandbox-hosting', '--value-file', '-'],
    ['audit', 'verify'],
    ['unlock', '--password-file', home.passphraseFile],
  ]) {
    const ended = await home.keymolt([...command, '--no-input'], { input: value });
    all.push([ended.status, codeOf(ended)] as const);
  }
  return all;
}

/** Puts bytes in the closed vault file. */
function overwrite(at: number, bytes: Buffer): void {
  const file = openSync(home.paths.vault, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

describe('a vault that is', () => {
  it('missing: exit 3', async () => {
    const missing = [3, 'VAULT_MISSING'];
    expect(await outcomes()).toEqual([missing, missing, missing, missing]);
    expect((await home.status()).vault).toBe('missing');
    const ended = await home.keymolt(['run', '--no-input', '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, 'VAULT_MISSING']);
  });

  it('locked: exit 3, and the right passphrase opens it', async () => {
    await home.init();
    await home.stop();
    const locked = [3, 'VAULT_LOCKED'];
    expect(await outcomes()).toEqual([locked, locked, locked, [0, undefined]]);
  });

  it.each([
    ['cut off in its first page', () => truncateSync(home.paths.vault, 50)],
    [
      'cut off in the middle',
      () => truncateSync(home.paths.vault, Math.floor(statSync(home.paths.vault).size / 2)),
    ],
    ['empty', () => truncateSync(home.paths.vault, 0)],
    ['text', () => writeFileSync(home.paths.vault, 'this is no vault\n'.repeat(100))],
    ['a database of another program', () => overwrite(68, Buffer.from('XXXX'))],
  ])('%s: exit 12, and the file is left as it is', async (_, damage) => {
    await home.init();
    await home.addKey('one', value);
    await home.stop();
    damage();
    const before = readFileSync(home.paths.vault);
    const damaged = [12, 'VAULT_DAMAGED'];
    expect(await outcomes()).toEqual([damaged, damaged, damaged, damaged]);
    expect((await home.status()).vault).toBe('damaged');
    await home.stop();
    expect(readFileSync(home.paths.vault).equals(before)).toBe(true);
  });

  it('of a newer version: exit 12, and the file is left as it is', async () => {
    await home.init();
    await home.stop();
    // user_version, at offset 60 of an SQLite file.
    overwrite(60, Buffer.from([0, 0, 0, 99]));
    const before = readFileSync(home.paths.vault);
    const newer = [12, 'VAULT_NEWER'];
    expect(await outcomes()).toEqual([newer, newer, newer, newer]);
    expect((await home.status()).vault).toBe('newer');
    await home.stop();
    expect(readFileSync(home.paths.vault).equals(before)).toBe(true);
  });

  it('damaged comes back from a backup, and the damaged one is kept', async () => {
    await home.init();
    await home.addKey('one', value);
    const backup = path.join(home.folder, 'backup');
    await home.ok('backup', backup);
    await home.stop();
    truncateSync(home.paths.vault, 5000);
    const refused = await home.keymolt(['restore', backup, '--no-input']);
    expect([refused.status, codeOf(refused)]).toEqual([11, 'VAULT_EXISTS']);
    const restored = JSON.parse(
      (await home.ok('restore', backup, '--replace', '--yes', '--json')).stdout,
    ) as {
      kept: string;
    };
    expect(statSync(restored.kept).size).toBe(5000);
    await home.unlock();
    expect(await home.keyNames()).toEqual(['one']);
  });

  it('put back to an older state opens, says so, and is not written to until that is accepted', async () => {
    await home.init();
    await home.stop();
    const older = path.join(home.folder, 'older');
    copyFileSync(home.paths.vault, older);
    await home.unlock();
    await home.addKey('one', value);
    await home.stop();
    // Without a keychain there is nothing outside the file to compare with: a whole older file is not told from a new one.
    copyFileSync(older, home.paths.vault);
    await home.unlock();
    expect((await home.status()).tampered).toBe(false);
    // One record of an older state in a newer file, though, is seen without any keychain.
    await home.addKey('one', value);
    await home.addKey('two', `${value}2`);
    await home.stop();
    const removed = spawnSync(
      process.execPath,
      [
        '-e',
        `const db = new (require(process.argv[1]))(process.argv[2]); db.exec('DELETE FROM record WHERE id = (SELECT id FROM record WHERE value IS NOT NULL LIMIT 1)'); db.close()`,
        path.join(AGENT, '../../../node_modules/better-sqlite3'),
        home.paths.vault,
      ],
      { encoding: 'utf8' },
    );
    expect(removed.stderr).toBe('');
    const unlocked = await home.keymolt(['unlock', '--password-file', home.passphraseFile, '--no-input']);
    expect(unlocked.status).toBe(0);
    expect(unlocked.stderr).toMatch(/changed from outside/);
    expect((await home.status()).tampered).toBe(true);
    const refused = await home.addKey('three', `${value}3`);
    expect([refused.status, codeOf(refused)]).toEqual([12, 'VAULT_TAMPERED']);
    await home.ok('key', 'list');
    await home.ok('audit', 'accept', '--yes');
    expect((await home.ok('audit', 'accept')).stderr).toContain('nothing to accept');
    expect((await home.addKey('three', `${value}3`)).status).toBe(0);
    expect((await home.status()).tampered).toBe(false);
  });
});

describe('guessing', () => {
  it('is exit 3 each time, slows down, shows in the status, and the right passphrase still opens', async () => {
    await home.init();
    await home.ok('lock');
    const guess = (text: string) =>
      home.keymolt(['unlock', '--password-file', '-', '--no-input'], { input: text });
    for (let n = 0; n < 3; n += 1) {
      const ended = await guess(`wrong guess ${n}`);
      expect([ended.status, codeOf(ended)]).toEqual([3, 'WRONG_PASSWORD']);
    }
    expect((await home.status()).unlock_delay_ms).toBe(1000);
    const started = performance.now();
    expect((await guess('wrong guess 3')).status).toBe(3);
    expect(performance.now() - started).toBeGreaterThan(1000);
    expect((await home.status()).unlock_delay_ms).toBe(2000);
    // Many at once do not go round the waiting: those that there is no room for are sent away.
    const many = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        runProgram(
          process.execPath,
          [CLI, 'unlock', '--password-file', '-', '--no-input', '--timeout', '3s'],
          { env: home.env, input: `guess ${n}` },
        ),
      ),
    );
    expect(many.filter((ended) => codeOf(ended) === 'UNLOCK_BUSY').length).toBeGreaterThanOrEqual(8);
    expect(many.every(({ status }) => status !== 0)).toBe(true);
    // Other commands are answered meanwhile.
    expect((await home.status()).vault).toBe('locked');
  });

  it('does not tell a wrong passphrase from a damaged slot by anything but the words of the damage', async () => {
    await home.init();
    await home.ok('lock');
    for (const odd of ['\u00e9'.repeat(10), 'x'.repeat(4096), ' '.repeat(20)]) {
      const ended = await home.keymolt(['unlock', '--password-file', '-', '--no-input'], { input: odd });
      expect([ended.status, codeOf(ended)]).toEqual([3, 'WRONG_PASSWORD']);
      await home.unlock();
      await home.ok('lock');
    }
    for (const impossible of ['', 'x'.repeat(4097), Buffer.from([0xff, 0xfe, 0xfd])]) {
      const ended = await home.keymolt(['unlock', '--password-file', '-', '--no-input'], {
        input: impossible,
      });
      expect(ended.status).toBe(2);
    }
    await home.unlock();
  });

  it('of an open vault’s passphrase gives no grant', async () => {
    await home.init();
    const ended = await home.keymolt(['unlock', '--password-file', '-', '--grant', 'user', '--no-input'], {
      input: 'not this one',
    });
    expect([ended.status, codeOf(ended)]).toEqual([3, 'WRONG_PASSWORD']);
    expect((await home.status()).vault).toBe('unlocked');
  });
});

describe('an open vault', () => {
  it('locks by itself when its time is over, and says why', async () => {
    await home.init();
    await home.unlock('--for', '1s');
    const { locks_at: locksAt, vault } = await home.status();
    expect(vault).toBe('unlocked');
    expect(Date.parse(locksAt!) - Date.now()).toBeLessThanOrEqual(1000);
    await eventually('it locks', async () => (await home.status()).vault === 'locked');
    expect(['max_age', 'idle']).toContain((await home.status()).lock_reason);
    expect(home.log).toContain('vault.locked');
  });

  it('says who locked it', async () => {
    await home.init();
    await home.ok('lock');
    expect((await home.status()).lock_reason).toBe('by_user');
    await home.stop();
    await home.ok('agent', 'start');
    expect((await home.status()).lock_reason).toBe('not_unlocked_yet');
  });
});

describe('a vault file that', () => {
  it('is read-only, and nothing else is, is named as the reason, and nothing is lost', async () => {
    await home.init();
    await home.addKey('one', value);
    await home.stop();
    const restore = makeReadOnly(home.paths.vault);
    try {
      const ended = await home.keymolt(['unlock', '--password-file', home.passphraseFile, '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'READ_ONLY']);
    } finally {
      restore();
    }
    await home.unlock();
    expect(await home.keyNames()).toEqual(['one']);
  });
});

describe('a disk that', () => {
  it('is read-only is named as the reason, and nothing is lost', async () => {
    await home.init();
    await home.addKey('one', value);
    await home.stop();
    const restore = makeReadOnly(home.home);
    try {
      const ended = await home.keymolt(['unlock', '--password-file', home.passphraseFile, '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'READ_ONLY']);
      expect(ended.stderr).toMatch(/written|write/);
    } finally {
      restore();
    }
    await home.unlock();
    expect(await home.keyNames()).toEqual(['one']);
  });

  it('is full refuses the change, keeps what there is, and goes on once there is room', async () => {
    const disk = path.join(home.folder, 'disk');
    mkdirSync(disk, { mode: 0o700 });
    const isMounted =
      isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', disk]).status === 0;
    if (!isMounted) {
      // No file system of our own: a limit on the size of files makes every write beyond it fail (EFBIG).
      await fullByLimit();
      return;
    }
    const small = new AgentHome({ home: path.join(disk, 'home') });
    try {
      await small.init();
      await small.addKey('one', value);
      const ballast = path.join(disk, 'ballast');
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096'], { stdio: 'ignore' });
      let refused = await small.addKey('two', 'x'.repeat(30_000));
      for (let n = 0; n < 5 && refused.status === 0; n += 1)
        refused = await small.addKey(`more-${n}`, 'x'.repeat(30_000));
      expect([refused.status, codeOf(refused)]).toEqual([1, 'DISK_FULL']);
      const [pid] = small.agentPids();
      expect(isRunning(pid!)).toBe(true);
      expect(await small.keyNames()).toContain('one');
      rmSync(ballast);
      expect((await small.addKey('after', value)).status).toBe(0);
      await small.stop();
      await small.unlock();
      expect(await small.keyNames()).toContain('after');
    } finally {
      await small.killAgent();
      spawnSync('umount', ['-l', disk]);
      await small.dispose();
    }
  });
});

/** The folder and the files in it: not to be written to, not even by root. */
/** @param place a file, or a folder with the vault in it */
function makeReadOnly(place: string): () => void {
  if (isRoot && spawnSync('mount', ['--bind', place, place]).status === 0) {
    spawnSync('mount', ['-o', 'remount,ro,bind', place]);
    return () => void spawnSync('umount', ['-l', place]);
  }
  if (isRoot) {
    spawnSync('chattr', ['-R', '+i', place]);
    return () => void spawnSync('chattr', ['-R', '-i', place]);
  }
  if (statSync(place).isFile()) {
    chmodSync(place, 0o400);
    return () => chmodSync(place, 0o600);
  }
  const restoreFile = makeReadOnly(path.join(place, 'vault.db'));
  chmodSync(place, 0o500);
  return () => {
    chmodSync(place, 0o700);
    restoreFile();
  };
}

async function fullByLimit(): Promise<void> {
  await home.init();
  await home.stop();
  const blocks = Math.ceil(statSync(home.paths.vault).size / 1024) + 64;
  const started = await runProgram(
    'bash',
    [
      '-c',
      `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`,
      'limit',
      process.execPath,
      CLI,
      'unlock',
      '--password-file',
      home.passphraseFile,
      '--no-input',
    ],
    { env: home.env },
  );
  expect(started.status).toBe(0);
  let refused = await home.addKey('n', 'x'.repeat(30_000));
  for (let n = 0; n < 20 && refused.status === 0; n += 1)
    refused = await home.addKey(`n-${n}`, 'x'.repeat(30_000));
  expect(refused.status).toBe(1);
  expect(['DISK_FULL', 'STORAGE_FAILED']).toContain(codeOf(refused));
  const kept = await home.keyNames();
  await home.stop();
  await home.unlock();
  expect(await home.keyNames()).toEqual(kept);
}
