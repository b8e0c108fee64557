// The tour: the main job, done for real with the built program, in a home of its own that is gone afterwards.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

function tell(text) {
  step += 1;
  console.log(`\n${step}. ${text}`);
}

/** Runs the program as a person would, showing the command and what it prints. */
function keymolt(...args) {
  console.log(`   $ keymolt ${args.map((word) => (/[\s$()'"]/.test(word) ? `'${word}'` : word)).join(' ')}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  for (const line of `${stdout}${stderr}`.trimEnd().split('\n')) console.log(`   ${line}`);
  if (status !== 0) throw new Error(`keymolt ${args[0]} ended with ${status}`);
  return stdout;
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
  keymolt('init', '--password-file', passphraseFile, '--recovery-file', path.join(home, 'recovery-code'));
  tell('A platform to try things on: a real HTTP server on this machine.');
  keymolt('sandbox', 'start');
  tell('A key, created on the platform and stored at once. Its value is shown to nobody.');
  keymolt(
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
  tell('An agent, launched with the key in its environment. It calls the platform.');
  keymolt('run', '--', process.execPath, agentFile);
  tell('What there is, and when it is due.');
  keymolt('key', 'list');
  tell('How much of the rate limit is left, by the platform’s last answer.');
  keymolt('key', 'test', 'dev-local-key');
  keymolt('limits');
  showWindow();
  tell('The key is revoked, and believed revoked only once the platform refuses it.');
  keymolt('key', 'revoke', 'dev-local-key', '--yes');
  keymolt('key', 'list');
  tell('Everything that happened, in a log that shows when somebody tampered with it.');
  keymolt('audit', 'verify');
  console.log(
    '\nThat was the tour. `keymolt init` starts with a vault of your own; README.md goes on from there.',
  );
} catch (error) {
  console.error(`\nThe tour stopped: ${error.message}`);
  process.exitCode = 1;
} finally {
  spawnSync(process.execPath, [program, 'sandbox', 'stop'], { env, stdio: 'ignore', timeout: 20_000 });
  spawnSync(process.execPath, [program, 'agent', 'stop'], { env, stdio: 'ignore', timeout: 20_000 });
  rmSync(home, { recursive: true, force: true });
}

/** The window on the same vault, without a display: the browser draws it and saves what a person would see. */
function showWindow() {
  const host = path.join(root, 'out', 'chromium', 'chromium.mjs');
  if (!existsSync(host)) return;
  tell('The same vault in the window.');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [host, '--screenshot', screenshot, '--password-file', passphraseFile],
    { env, encoding: 'utf8', timeout: 60_000 },
  );
  const said = `${stdout}${stderr}`.trim();
  if (status === 0) console.log(`   Saved as ${screenshot}`);
  else console.log(`   No picture: ${said.split('\n').at(-1) ?? 'the window did not open'}`);
  keymolt('unlock', '--password-file', passphraseFile);
}
