import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentHome, codeOf, eventually, PASSPHRASE, runProgram } from '../../support/homes/agent-home.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

describe('where the socket should be', () => {
  it('lies the socket of an agent that was killed: it is replaced', async () => {
    await home.init();
    await home.killAgent();
    expect(lstatSync(home.paths.socket).isSocket()).toBe(true);
    expect((await home.status()).agent).toBe('none');
    expect(codeOf(await home.keymolt(['key', 'list', '--no-input']))).toBe('VAULT_LOCKED');
    await home.unlock();
    expect((await home.status()).vault).toBe('unlocked');
  });

  it('answers a program that is no agent: nothing is sent to it, and it stays', async () => {
    mkdirSync(home.home, { mode: 0o700 });
    const heard: Buffer[] = [];
    const squatter = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => heard.push(chunk));
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => squatter.listen(home.paths.socket, resolve));
    try {
      const ended = await home.keymolt(['status', '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'PROTOCOL_MISMATCH']);
      expect(lstatSync(home.paths.socket).isSocket()).toBe(true);
    } finally {
      squatter.close();
    }
  });

  it('listens somebody who never says hello: the command gives up, and says what to do', async () => {
    mkdirSync(home.home, { mode: 0o700 });
    const squatter = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => squatter.listen(home.paths.socket, resolve));
    try {
      const ended = await home.keymolt(['status', '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'AGENT_UNAVAILABLE']);
    } finally {
      squatter.close();
    }
  });

  it.each([
    ['a file', (place: string) => writeFileSync(place, 'x')],
    ['a folder', (place: string) => mkdirSync(place)],
    ['a symbolic link', (place: string) => symlinkSync('/nowhere/at/all', place)],
  ])('lies %s: it is left as it is', async (_, put) => {
    mkdirSync(home.home, { mode: 0o700 });
    put(home.paths.socket);
    const before = lstatSync(home.paths.socket);
    const ended = await home.keymolt(['agent', 'start', '--no-input']);
    expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
    expect(lstatSync(home.paths.socket).ino).toBe(before.ino);
  });
});

describe('a home that', () => {
  it('is a link of ours is followed', async () => {
    const real = path.join(home.folder, 'real');
    mkdirSync(real, { mode: 0o700 });
    symlinkSync(real, home.home);
    await home.init();
    expect(existsSync(path.join(real, 'vault.db'))).toBe(true);
    expect(readlinkSync(home.home)).toBe(real);
  });

  it('others may write to is refused, whatever lies in it', async () => {
    mkdirSync(home.home);
    chmodSync(home.home, 0o777);
    writeFileSync(path.join(home.home, 'agent.log'), '');
    for (const command of [
      ['agent', 'start'],
      ['init', '--password-file', home.passphraseFile, '--recovery-file', path.join(home.folder, 'r')],
    ]) {
      const ended = await home.keymolt([...command, '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
    }
    expect(existsSync(home.paths.vault)).toBe(false);
  });

  it('lies in a folder that others may rename things in is refused', async () => {
    const open = path.join(home.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const inside = new AgentHome({ home: path.join(open, 'home') });
    try {
      const ended = await inside.keymolt(['agent', 'start', '--no-input']);
      expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
    } finally {
      await inside.dispose();
    }
  });

  it('was opened to others by mistake, with a vault in it, is refused while it is open', async () => {
    await home.init();
    chmodSync(home.home, 0o777);
    const ended = await home.keymolt(['key', 'list', '--no-input']);
    expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
    chmodSync(home.home, 0o700);
    await home.ok('key', 'list');
  });

  it('has a path too long for a socket keeps its socket elsewhere, for this user alone', async () => {
    const deep = path.join(home.folder, 'd'.repeat(60), 'e'.repeat(60));
    const long = new AgentHome({ home: deep });
    try {
      await long.init();
      const { socket, socketFolder } = long.paths;
      expect(Buffer.byteLength(path.join(deep, 'agent.sock'))).toBeGreaterThan(107);
      expect(socket.startsWith(deep)).toBe(false);
      expect(statSync(socketFolder!).mode & 0o777).toBe(0o700);
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      const { stdout } = await long.ok('status', '--json');
      expect(JSON.parse(stdout)).toMatchObject({ vault: 'unlocked', home: deep });
      await long.stop();
      expect(existsSync(socket)).toBe(false);
    } finally {
      await long.dispose();
    }
  });

  it('cannot be made says so', async () => {
    const nowhere = new AgentHome({ home: '/proc/keymolt' });
    const ended = await nowhere.keymolt(['agent', 'start', '--no-input']);
    expect([ended.status, codeOf(ended)]).toEqual([1, 'READ_ONLY']);
    await nowhere.dispose();
  });
});

/** Connects and asks for the vault's state, as another user; prints what came back. */
const STRANGER = `
const socket = require('node:net').connect(process.argv[1]);
const heard = [];
socket.on('data', (chunk) => heard.push(chunk));
socket.on('error', (error) => { console.log('error ' + error.code); process.exit(0); });
socket.on('close', () => { console.log('closed ' + Buffer.concat(heard).toString('latin1')); process.exit(0); });
const envelope = Buffer.from('{"keymolt":1,"id":1,"method":"vault.status","params":{}}');
const header = Buffer.alloc(12);
header.writeUInt32BE(envelope.length, 0);
socket.on('connect', () => socket.write(Buffer.concat([header, envelope])));
setTimeout(() => { console.log('waiting ' + Buffer.concat(heard).toString('latin1')); process.exit(0); }, 3000);
`;

const asNobody = (script: string, ...args: string[]) =>
  runProgram('setpriv', [
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    process.execPath,
    '-e',
    script,
    ...args,
  ]);

describe('another user', () => {
  it('is kept out by the folder, and by the kernel’s word once somebody opened the folder', async () => {
    await home.init();
    const { socket, socketFolder } = home.paths;
    if (!isRoot) {
      // Only root can be somebody else: here the modes are looked at that keep others out.
      expect(statSync(socketFolder!).mode & 0o777).toBe(0o700);
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      return;
    }
    chmodSync(home.folder, 0o755);
    expect((await asNobody(STRANGER, socket)).stdout).toBe('error EACCES\n');
    chmodSync(socketFolder!, 0o777);
    chmodSync(socket, 0o777);
    const { stdout } = await asNobody(STRANGER, socket);
    // Dropped before a single byte was said: not even the version.
    expect(stdout).toMatch(/^(closed |error (EPIPE|ECONNRESET))\n$/);
    expect(home.log).toMatch(/another user/);
    chmodSync(socketFolder!, 0o700);
    await home.ok('status');
  });

  it('who was first at a socket’s place gets no passphrase', async () => {
    if (!isRoot) {
      const other = new AgentHome({ home: '/' });
      expect(codeOf(await other.keymolt(['agent', 'start', '--no-input']))).toBe('UNSAFE_LOCATION');
      await other.dispose();
      return;
    }
    chmodSync(home.folder, 0o777);
    const heard = path.join(home.folder, 'heard');
    const script = `
      require('node:fs').mkdirSync(process.argv[1], { mode: 0o777 });
      const server = require('node:net').createServer((socket) => {
        socket.on('data', (chunk) => require('node:fs').appendFileSync(process.argv[2], chunk));
      });
      server.listen(process.argv[1] + '/agent.sock', () => console.log('ready'));
      setTimeout(() => process.exit(0), 30000);
    `;
    const squatter = spawn(
      'setpriv',
      [
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        '--clear-groups',
        process.execPath,
        '-e',
        script,
        home.home,
        heard,
      ],
      { cwd: '/' },
    );
    try {
      await eventually('the squatter listens', () => existsSync(home.paths.socket));
      for (const command of [
        ['init', '--password-file', home.passphraseFile, '--recovery-file', path.join(home.folder, 'r')],
        ['agent', 'start'],
        ['status'],
      ]) {
        const ended = await home.keymolt([...command, '--no-input']);
        expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
        expect(ended.stderr).not.toContain(PASSPHRASE);
      }
      expect(existsSync(heard)).toBe(false);
    } finally {
      squatter.kill('SIGKILL');
      rmSync(home.home, { recursive: true, force: true });
    }
  });
});
