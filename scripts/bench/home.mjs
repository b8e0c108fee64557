// A home to measure in: a vault with as many keys as wanted, and the built program on it.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectToAgent } from '../../src-main/agent/client.ts';
import { resolvePaths } from '../../src-main/agent/paths.ts';
import { createSqliteVaultStore } from '../../src-main/store/sqlite-vault-store.ts';
import { Secret } from '../../src-main/vault/secret.ts';
import { openVaultFile } from '../../src-main/vault/vault.ts';
import { root } from '../prepare.mjs';

export const cli = path.join(root, 'out', 'cli', 'keymolt.cjs');
export const cache = path.join(root, '.cache');
const PASSPHRASE = 'a passphrase for measuring only';

/** Nothing that changes how fast a Node starts. */
export const cleanEnvironment = () => {
  const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, NODE_COMPILE_CACHE, DBUS_SESSION_BUS_ADDRESS, ...rest } =
    process.env;
  void [NODE_OPTIONS, NODE_EXTRA_CA_CERTS, NODE_COMPILE_CACHE, DBUS_SESSION_BUS_ADDRESS];
  return rest;
};

/** Where the next window of that home opens. */
export const openAt = ({ KEYMOLT_HOME }, screen) =>
  writeFileSync(path.join(KEYMOLT_HOME, 'window.json'), JSON.stringify({ schema: 1, screen }), {
    mode: 0o600,
  });

export async function makeHome({ keys, isOpen = true }) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'bench-'));
  const env = { ...cleanEnvironment(), KEYMOLT_HOME: path.join(folder, 'home') };
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
  const paths = resolvePaths(env);
  const keymolt = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`keymolt ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const home = {
    folder,
    env,
    paths,
    passphraseFile,
    keymolt,
    passphrase: () => Buffer.from(PASSPHRASE),
    connect: () => connectToAgent(paths),
    agentPid: () => JSON.parse(keymolt('status', '--json')).agent_pid,
    residentMb: () => residentMb(home.agentPid()),
    dispose: () => {
      try {
        keymolt('agent', 'stop');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  if (isOpen) {
    keymolt(
      'init',
      '--password-file',
      passphraseFile,
      '--recovery-file',
      path.join(folder, 'recovery'),
      '--no-input',
    );
    if (keys > 0) {
      keymolt('agent', 'stop');
      await fill(paths.vault, keys);
      keymolt('unlock', '--password-file', passphraseFile, '--no-input');
    }
  }
  return home;
}

/** proc_pid_status(5); undefined where there is no /proc. */
function residentMb(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** The vault of a home whose agent is stopped, opened here. */
export async function openHere(vaultPath) {
  const file = openVaultFile({
    store: createSqliteVaultStore({ path: vaultPath }),
    now: Date.now,
    randomBytes,
  });
  const vault = await file.unlock({ with: 'passphrase', secret: Secret.fromText(PASSPHRASE) });
  return { file, vault };
}

async function fill(vaultPath, keys) {
  const { file, vault } = await openHere(vaultPath);
  const environments = vault.records('environment');
  vault.transact((tx) => {
    for (let n = 0; n < keys; n += 1) tx.put(keyRecord(n, environments[n % environments.length].id));
  });
  file.close();
}

const DAY_MS = 86_400_000;

function keyRecord(n, environmentId) {
  const at = (days) => new Date(Date.now() - days * DAY_MS).toISOString();
  const text = createHash('sha256').update(String(n)).digest('hex');
  const meta = {
    name: `agent-${String(n).padStart(5, '0')}`,
    platform: 'sandbox-hosting',
    account: null,
    tier: null,
    keyId: `key_${text.slice(0, 16)}`,
    platformName: `agent-${n}`,
    status: 'active',
    mode: 'test',
    prefix: 'mbd_test_' + text.slice(0, 3),
    fingerprint: text.slice(0, 16),
    variable: n === 0 ? 'MOLTBOTDEN_API_KEY' : `KEY_${n}`,
    createdAt: at(n % 200),
    lastUsedAt: n % 3 === 0 ? null : at(n % 40),
    rotatedAt: null,
    rotateEveryDays: null,
    expiresAt: null,
    owner: ['ana', 'ben', 'chi'][n % 3],
    project: `project-${n % 25}`,
    purpose: 'measured',
    scopes: [],
    cidrs: [],
    lastCheck: null,
  };
  return { kind: 'key', environmentId, meta, value: Secret.fromText(`mbd_test_${text}`) };
}
