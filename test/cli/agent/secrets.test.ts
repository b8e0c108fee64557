import { spawn } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { readHeader } from '../../../src-main/vault/crypto/header.ts';
import { unwrapVaultKey } from '../../../src-main/vault/crypto/slots.ts';
import { deriveSubkeys } from '../../../src-main/vault/crypto/subkeys.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import {
  AgentHome,
  codeOf,
  eventually,
  PASSPHRASE,
  pause,
  ROOT,
  runProgram,
} from '../../support/homes/agent-home.ts';
import { countInMemory } from '../../support/vault/process-memory.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

const canary = (n: number): string => `mbd_test_c4n4ry${n}${'q7w8e9r0t1y2'.repeat(2)}`;
const agentPid = (): number => home.agentPids()[0]!;

/** Every key that opens something of the vault, worked out from its file as another reader would. */
async function keysOfVault(passphrase: string): Promise<Buffer[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keymolt-copy-'));
  const copy = path.join(folder, 'vault.db');
  const store = createSqliteVaultStore({ path: copy });
  try {
    copyFileSync(home.paths.vault, copy);
    if (existsSync(`${home.paths.vault}-wal`)) copyFileSync(`${home.paths.vault}-wal`, `${copy}-wal`);
    store.acquire();
    store.open();
    const reading = readHeader(store.readHeader()!);
    if (reading.is !== 'header') throw new Error('the copy is no vault');
    const { vaultId, slots } = reading.header;
    const slot = slots.find(({ kind }) => kind === 'passphrase')!;
    const vaultKey = (await unwrapVaultKey(vaultId, slot, Secret.fromText(passphrase)))!;
    return [vaultKey, ...(Object.values(deriveSubkeys(vaultKey, vaultId)) as Buffer[])];
  } finally {
    store.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A day's work with secrets of every kind. */
async function work(): Promise<string[]> {
  await home.init();
  const recovery = readFileSync(
    path.join(
      home.folder,
      readdirSync(home.folder).find((name) => name.startsWith('recovery'))!,
    ),
    'utf8',
  ).trim();
  await home.addKey('one', canary(1));
  await home.addKey('two', canary(2), '--var', 'OTHER');
  await home.addKey('live', canary(3).replace('test', 'live'), '-e', 'prod');
  await home.keymolt(['key', 'edit', 'two', '--value-file', '-', '--no-input'], { input: canary(4) });
  // Wrong values and wrong passphrases are secrets too: they are often right ones of something else.
  await home.addKey('bad', `${canary(5)}\0`);
  await home.addKey('one', canary(6));
  await home.keymolt(['unlock', '--password-file', '-', '--no-input'], { input: canary(7) });
  await home.keymolt(['key', 'test', 'one', '--no-input']);
  await home.ok('run', '--', 'true');
  await home.ok('key', 'list');
  await home.ok('audit', 'list', '--json');
  await home.ok('status');
  return [PASSPHRASE, canary(7), recovery, ...[1, 2, 3, 4, 5, 6].map((n) => canary(n).slice(9))];
}

describe('secrets that the agent has worked with', () => {
  it('are in no output, no log, no file, no command line, no environment', async () => {
    const secrets = await work();
    await home.keymolt(['key', 'list', '--debug', '--json', '-e', 'nowhere']);
    await home.ok('lock');
    const written = readdirSync(home.home)
      .filter((name) => !name.endsWith('.sock'))
      .map((name) => [name, readFileSync(path.join(home.home, name), 'latin1')] as const);
    const places: (readonly [string, string])[] = [
      ...written,
      ['output', home.printed],
      ['command line', readFileSync(`/proc/${agentPid()}/cmdline`, 'latin1')],
      // The agent's environment is closed to everyone but root.
      ['environment', isRoot ? readFileSync(`/proc/${agentPid()}/environ`, 'latin1') : ''],
    ];
    expect(home.log).toContain('vault.locked');
    const found = places.flatMap(([place, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`),
    );
    expect(found).toEqual([]);
  });

  // What is known to stay: the key derivation's native module copies a passphrase, and gives the copy back with only its
  // first bytes overwritten. So whole passphrases are looked for here, and values from behind their prefix.
  it('are no longer in its memory after a lock, nor is any key of the vault', async () => {
    const secrets = await work();
    await home.unlock();
    const keys = await keysOfVault(PASSPHRASE);
    if (!isRoot) {
      // Only root may look into it; that the others may not is what can be seen from here.
      expect(() => readFileSync(`/proc/${agentPid()}/environ`)).toThrow(/EACCES/);
      return;
    }
    const open = countInMemory(agentPid(), keys);
    // The search works: an open vault has its keys in memory.
    expect(open.slice(0, 2).every((count) => count > 0)).toBe(true);
    await home.ok('lock');
    let left: number[] = [];
    await eventually('nothing is left', () => {
      left = countInMemory(agentPid(), [...keys, ...secrets]);
      return left.every((count) => count === 0);
    }).catch(() => undefined);
    expect(left).toEqual([...keys, ...secrets].map(() => 0));
  });

  it('are in no diagnostic report of Node, nor is what stands in its environment', async () => {
    const hook = path.join(home.folder, 'report.cjs');
    const report = path.join(home.folder, 'report.json');
    writeFileSync(
      hook,
      `process.on('SIGUSR2', () => require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.report.getReport())));`,
    );
    const agent = spawn(process.execPath, ['--require', hook, path.join(ROOT, 'out', 'agent', 'agent.mjs')], {
      env: { ...home.env, AWS_SECRET_ACCESS_KEY: canary(8) },
      stdio: 'ignore',
    });
    try {
      await eventually('it listens', () => existsSync(home.paths.socket));
      const secrets = await work();
      agent.kill('SIGUSR2');
      await eventually('the report is there', () => existsSync(report) && statSync(report).size > 0);
      const text = readFileSync(report, 'utf8');
      expect(JSON.parse(text)).toMatchObject({ header: { processId: agent.pid } });
      expect([...secrets, canary(8)].filter((secret) => text.includes(secret))).toEqual([]);
    } finally {
      agent.kill();
    }
  });

  it('are not handed to the environment of the agent by the shell that started it', async () => {
    await home.keymolt(['agent', 'start'], {
      env: {
        MOLTBOTDEN_API_KEY: canary(1),
        AWS_SECRET_ACCESS_KEY: canary(2),
        NODE_OPTIONS: '--no-warnings',
        KEYMOLT_PASSPHRASE: canary(3),
      },
    });
    if (!isRoot) {
      expect(() => readFileSync(`/proc/${agentPid()}/environ`)).toThrow(/EACCES/);
      return;
    }
    const environment = readFileSync(`/proc/${agentPid()}/environ`, 'latin1');
    expect(environment).toContain('KEYMOLT_HOME=');
    expect(environment).not.toMatch(/c4n4ry|NODE_OPTIONS|AWS_/);
  });
});

describe('other processes of the same user', () => {
  it('cannot look into the agent', async () => {
    if (!isRoot) {
      await home.init();
      expect(() => readFileSync(`/proc/${agentPid()}/environ`)).toThrow(/EACCES/);
      return;
    }
    // Root may look everywhere, so both the agent and who looks are somebody else.
    chownSync(home.folder, NOBODY, NOBODY);
    chownSync(home.passphraseFile, NOBODY, NOBODY);
    const asNobody = (...command: string[]) =>
      runProgram('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command], {
        env: home.env,
      });
    const cli = path.join(ROOT, 'out', 'cli', 'keymolt.cjs');
    const made = await asNobody(
      process.execPath,
      cli,
      'init',
      '--password-file',
      home.passphraseFile,
      '--recovery-file',
      path.join(home.folder, 'code'),
    );
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const pid = agentPid();
    for (const file of ['environ', 'mem', 'maps']) {
      const looked = await asNobody('head', '-c', '1', `/proc/${pid}/${file}`);
      expect(looked.status).not.toBe(0);
      expect(looked.stderr).toMatch(/Permission denied/);
    }
    // And one that is not the agent, to see that the looking works.
    const sleeper = spawn('setpriv', [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      'sleep',
      '20',
    ]);
    await eventually('sleep runs', () =>
      readFileSync(`/proc/${sleeper.pid!}/cmdline`, 'latin1').startsWith('sleep'),
    );
    expect((await asNobody('head', '-c', '1', `/proc/${sleeper.pid!}/environ`)).status).toBe(0);
    sleeper.kill();
  });

  it('cannot make it open a debugger', async () => {
    await home.init();
    process.kill(agentPid(), 'SIGUSR1');
    await eventually('the signal is seen', () => home.log.includes('debugger.refused'));
    await pause(200);
    expect(home.log).not.toContain('Debugger listening');
    const refused = await new Promise<string | undefined>((resolve) => {
      const socket = connect(9229, '127.0.0.1');
      socket.once('connect', () => resolve(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(refused).toBe('ECONNREFUSED');
    expect((await home.status()).vault).toBe('unlocked');
  });
});

describe('a locked vault', () => {
  it('hands nothing out, and a started child keeps what it has', async () => {
    await home.init();
    await home.addKey('one', canary(1));
    const child = home.keymolt([
      'run',
      '--mask',
      'never',
      '--',
      process.execPath,
      '-e',
      'setTimeout(() => console.log(process.env.MOLTBOTDEN_API_KEY), 1500)',
    ]);
    await eventually('the child runs', async () => (await home.status()).runs.length === 1);
    await home.ok('lock');
    const refused = await home.keymolt(['run', '--no-input', '--', 'true']);
    expect([refused.status, codeOf(refused)]).toEqual([125, 'VAULT_LOCKED']);
    const read = await home.keymolt(['read', 'molt://dev/one', '--reveal', '--no-input']);
    expect([read.status, codeOf(read)]).toEqual([3, 'VAULT_LOCKED']);
    expect((await child).stdout.trim()).toBe(canary(1));
  });
});
