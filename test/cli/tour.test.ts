import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, ROOT } from '../support/homes/agent-home.ts';

/** What the tour puts into the folder for passing files is all that it leaves anywhere. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keymolt-guided-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Programs that were started with something in this test's folder. */
const leftRunning = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });

function startTour() {
  const tour = spawn(process.execPath, [path.join(ROOT, 'scripts', 'tour.mjs')], {
    // A group of its own, as a terminal makes one.
    detached: true,
    env: { ...process.env, DISPLAY: '', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [tour.stdout, tour.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  const ended = new Promise<number | null>((resolve) => tour.once('close', resolve));
  return { tour, said, ended };
}

it('shows the main job step by step, ends with a picture of the window, and leaves nothing else', async () => {
  const { said, ended } = startTour();
  expect([await ended, said.text]).toEqual([0, expect.any(String)]);
  expect(said.text).toMatch(/\$ keymolt init .*[^]*agent: HTTP 200, account acct_test_[^]*status +revoked/);
  const steps = [...said.text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  expect(steps).toEqual(steps.map((_, at) => at + 1));
  const [last = ''] = said.text.split(/^\d+\. /m).slice(-1);
  const [, picture = ''] = /Saved as (\S+\.png)$/m.exec(last) ?? [];
  expect([last, path.dirname(picture)]).toEqual([last, folder]);
  expect(readdirSync(folder)).toEqual([path.basename(picture)]);
  await eventually('all programs have ended', () => leftRunning().length === 0);
  expect(said.text).not.toMatch(/mbd_test_[A-Za-z0-9]{4}/);
});

it('cleans up when it is interrupted', async () => {
  const { tour, said, ended } = startTour();
  await eventually('the sandbox runs', () => said.text.includes('\n3. '));
  process.kill(-tour.pid!, 'SIGINT');
  expect(await ended).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
  await eventually('all programs have ended', () => leftRunning().length === 0);
});
