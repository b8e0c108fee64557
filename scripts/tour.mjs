// The tour: the main job, done for real with the built program, in a home of its own that is gone afterwards.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { environment, root } from './prepare.mjs';

const home = mkdtempSync(path.join(tmpdir(), 'keymolt-tour-'));
const program = path.join(root, 'out', 'cli', 'keymolt.cjs');
const env = { ...environment(), KEYMOLT_HOME: path.join(home, 'vault') };
const passphraseFile = path.join(home, 'passphrase');
const screenshot = path.join(tmpdir(), `keymolt-window-${process.pid}.png`);
let step = 0;
let interruptedBy;

// Ctrl-C ends the command that runs; the tour stops at that, and cleans up as after any other trouble.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interruptedBy = signal));

function tell(text) {
  step += 1;
  console.log(`\n${step}. ${text}`);
}

/** Runs a program of ours to its end. @returns its exit status, and what it printed */
function runProgram(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said: said.trimEnd() }));
  });
}

/** Runs the command line as a person would, showing the command and what it prints. */
async function keymolt(...args) {
  console.log(`   $ keymolt ${args.map((word) => (/[\s$()'"]/.test(word) ? `'${word}'` : word)).join(' ')}`);
  const { status, said } = await runProgram(program, ...args);
  for (const line of said.split('\n')) console.log(`   ${line}`);
  if (interruptedBy !== undefined) throw new Error(`interrupted by ${interruptedBy}`);
  if (status !== 0) throw new Error(`keymolt ${args[0]} ended with ${status ?? 'a signal'}`);
}

const agentScript = `
const headers = { 'X-API-Key': process.env.MOLTBOTDEN_API_KEY };
const answer = await fetch(process.env.MOLTBOTDEN_API_BASE + '/accounts/me', { headers });
const account = await answer.json();
console.log('agent: HTTP ' + answer.status + ', account ' + account.id + ', tier ' + account.platform_tier);
`;

try {
  console.log(`Keymolt, in a home of its own that is removed at the end (${home}).`);
  writeFileSync(passphraseFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const agentFile = path.join(home, 'agent.mjs');
  writeFileSync(agentFile, agentScript);

  tell('A vault: encrypted, for this user only. The recovery code goes to a file, never to a pipe.');
  await keymolt(
    'init',
    '--password-file',
    passphraseFile,
    '--recovery-file',
    path.join(home, 'recovery-code'),
  );
  tell('A platform to try things on: a real HTTP server on this machine.');
  await keymolt('sandbox', 'start');
  tell('Two keys, created on the platform and stored at once. Their values are shown to nobody.');
  await keymolt(
    'key',
    'create',
    'dev-local-key',
    '--platform',
    'sandbox-hosting',
    '--owner',
    'me',
    '--purpose',
    'the tour',
  );
  await keymolt('key', 'create', 'staging-ci-key', '--platform', 'sandbox-hosting', '-e', 'staging');
  tell('An agent, launched with the key in its environment. It calls the platform.');
  await keymolt('run', '--', process.execPath, agentFile);
  tell('What there is, and when it is due.');
  await keymolt('key', 'list');
  tell('How much of the rate limit is left, by the platform’s last answer.');
  await keymolt('key', 'test', 'dev-local-key');
  await keymolt('limits');
  tell('The key is revoked, and believed revoked only once the platform refuses it.');
  await keymolt('key', 'revoke', 'dev-local-key', '--yes');
  await keymolt('key', 'list');
  tell('Everything that happened, in a log that shows when somebody tampered with it.');
  await keymolt('audit', 'verify');
  await showWindow();
  console.log(
    '\nThat was the tour. `keymolt init` starts with a vault of your own; README.md goes on from there.',
  );
} catch (error) {
  console.error(`\nThe tour stopped: ${error.message}`);
  process.exitCode = 1;
} finally {
  await runProgram(program, 'sandbox', 'stop');
  await runProgram(program, 'agent', 'stop');
  rmSync(home, { recursive: true, force: true });
}

/** The window on the same vault, without a display: the browser draws it and saves what a person would see. */
async function showWindow() {
  tell('The same vault in the window, which takes it over from the agent in the background.');
  const host = path.join(root, 'out', 'chromium', 'chromium.mjs');
  const { status, said } = await runProgram(
    host,
    '--screenshot',
    screenshot,
    '--password-file',
    passphraseFile,
  );
  if (status === 0) console.log(`   Saved as ${screenshot}`);
  else console.log(`   No picture: ${said.split('\n').at(-1) || 'the window did not open'}`);
}
