// Keeps what V8 compiles for the commands that are called most often, so that their next start need not.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolvePaths } from '../src-main/agent/paths.ts';
import {
  encodeAnswer,
  encodeHello,
  FrameDecoder,
  readRequest,
  REQUEST_LIMITS,
} from '../src-main/agent/wire/protocol.ts';

const COMMANDS = [
  ['status'],
  ['status', '--json'],
  ['key', 'list', '--json'],
  ['run', '-e', 'dev', '--only', 'a', '--mask', 'never', '--', 'true'],
];

/** What an agent would answer; its values are made up. */
const ANSWERS = {
  'vault.status': {
    result: {
      schema: 1,
      vault: 'unlocked',
      tampered: false,
      tamper_findings: [],
      agent: 'headless',
      agent_pid: 1,
      version: '0',
      home: '/',
      locks_at: '2026-01-01T00:00:00.000Z',
      lock_reason: null,
      keychain: 'off',
      keychain_detail: '',
      unlock_delay_ms: 0,
      runs: [],
      rotations: [],
      foreign_hosts: [],
      sandbox: null,
    },
  },
  'keys.list': { result: { schema: 1, keys: [] } },
  'secrets.prepareRun': {
    result: {
      schema: 1,
      run_id: 'a',
      env: 'dev',
      api_base: null,
      variables: [{ variable: 'A', key: 'dev/a', fingerprint: 'a', public_prefix: 'a' }],
    },
    attachments: { A: Buffer.from('a') },
  },
};

const answerLikeAnAgent = (socket) => {
  const decoder = new FrameDecoder(REQUEST_LIMITS);
  for (const part of encodeHello({ version: '0', pid: 1, host: 'headless' })) socket.write(part);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const frame of decoder.push(chunk)) {
      const { id, method } = readRequest(frame);
      for (const part of encodeAnswer(id, { ok: true, ...ANSWERS[method] })) socket.write(part);
    }
  });
};

/** Runs in a process of its own: one command after the other, each from the same compiled script. */
const inTurn = (launcher, cache) => `
  const { writeFileSync } = require('node:fs');
  const vm = require('node:vm');
  const commands = ${JSON.stringify(COMMANDS)};
  let script;
  class OneScript extends vm.Script {
    constructor(...args) {
      if (script !== undefined) return script;
      super(...args);
      script = this;
    }
  }
  vm.Script = OneScript;
  const exit = process.exit;
  const next = () => {
    const command = commands.shift();
    if (command === undefined) {
      writeFileSync(${JSON.stringify(cache)}, script.createCachedData());
      exit(0);
    }
    for (const file of Object.keys(require.cache)) delete require.cache[file];
    process.argv = [process.argv[0], 'keymolt', ...command];
    require(${JSON.stringify(launcher)});
  };
  process.execve = () => undefined;
  process.exit = (status) => (status ? exit(status) : next());
  next();
`;

/** Writes `program.cache` beside the launcher. @throws where a command does not run */
export const makeCodeCache = async (folder) => {
  const home = mkdtempSync(path.join(tmpdir(), 'keymolt-build-'));
  const server = createServer(answerLikeAnAgent);
  try {
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(resolvePaths({ KEYMOLT_HOME: home }).socket, resolve);
    });
    const code = inTurn(path.join(folder, 'keymolt.cjs'), path.join(folder, 'program.cache'));
    const child = spawn(process.execPath, ['-e', code], {
      env: { PATH: process.env.PATH, HOME: home, KEYMOLT_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    const status = await new Promise((resolve) => child.on('close', resolve));
    if (status !== 0) throw new Error(`the command line does not run: ${said}`);
  } finally {
    server.close();
    rmSync(home, { recursive: true, force: true });
  }
};
