// Takes the pictures of the README: the real window in an installed browser, on the real core and the sandbox platform.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newHome, openInChromium } from '../test/e2e/real-window.ts';
import { root } from './prepare.mjs';

const folder = path.join(root, 'docs', 'images');
const KEYS = [
  ['billing-agent', 'prod', 'agents-team', '2d', 'harbour'],
  ['search-indexer', 'prod', 'search-team', '30d', 'harbour'],
  ['support-bot', 'prod', 'ops-team', '90d', 'lighthouse'],
  ['nightly-report', 'staging', 'platform-team', '6d', 'harbour'],
  ['staging-ci-key', 'staging', 'platform-team', '30d', 'harbour'],
  ['webhook-relay', 'staging', 'search-team', '60d', 'lighthouse'],
  ['prompt-lab', 'dev', 'ops-team', '90d', 'lighthouse'],
  ['my-laptop', 'dev', 'agents-team', '14d', 'harbour'],
];

const home = await newHome();
const passphrase = 'four unrelated quiet words';
const passphraseFile = path.join(home.folder, 'passphrase');
await writeFile(passphraseFile, `${passphrase}\n`);
await mkdir(folder, { recursive: true });

await home.keymolt('sandbox', 'start');
const { page, close } = await openInChromium(home);
await page.setViewportSize({ width: 1280, height: 800 });

const picture = async (name, colorScheme) => {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.waitForTimeout(400);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
};

await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
await page.getByLabel('Passphrase again').fill(passphrase);
await page.getByRole('button', { name: 'Create vault' }).click();
await page.getByLabel('I have written it down').check();
await page.getByRole('button', { name: 'Continue' }).click();
await picture('first-run', 'light');
await page.getByRole('button', { name: 'Look around first' }).click();

for (const [name, env, owner, every, project] of KEYS) {
  const more = ['--owner', owner, '--project', project, '--rotate-every', every];
  await home.keymolt('key', 'create', name, '-e', env, '--platform', 'sandbox-hosting', ...more);
}
for (const [name, env] of KEYS) await home.keymolt('key', 'test', name, '-e', env);
await home.keymolt('sync').catch(() => undefined);
await home.keymolt('key', 'revoke', 'webhook-relay', '-e', 'staging', '--yes');

const goTo = (place) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();
await page.getByRole('listitem').first().waitFor();
await picture('overview', 'light');
await goTo('Keys');
await page.getByRole('row', { name: 'billing-agent' }).click();
await picture('keys', 'light');
await page.getByRole('radio', { name: 'PROD · LIVE' }).check();
await page.getByRole('row', { name: 'search-indexer' }).click();
await picture('live', 'dark');

await page.getByRole('radio', { name: 'dev', exact: true }).check();
await page.getByRole('row', { name: 'my-laptop' }).click();
await page.getByRole('complementary').getByRole('button', { name: 'Run…' }).click();
const agent = `const r = await fetch(process.env.MOLTBOTDEN_API_BASE + '/accounts/me', { headers: { 'X-API-Key': process.env.MOLTBOTDEN_API_KEY } });
console.log('agent: started with', process.env.MOLTBOTDEN_API_KEY);
console.log('agent: HTTP', r.status, (await r.json()).platform_tier, 'tier,', r.headers.get('x-ratelimit-remaining'), 'requests left');`;
const script = path.join(home.folder, 'agent.mjs');
await writeFile(script, agent);
await page.getByRole('textbox', { name: 'Folder' }).fill(home.folder);
await page.getByRole('textbox', { name: 'Command' }).fill('node agent.mjs');
await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
await page.getByText(/^Ended well/).waitFor();
await picture('run', 'light');

await close();
await home.dispose();
process.exit(0);
