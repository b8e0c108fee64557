import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyToClipboard, findClipboardTool, writeClipboard } from '../../../src-main/run/clipboard-tool.ts';
import { AgentHome, eventually, pause } from '../../support/homes/agent-home.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheClipboard001';

/** An xclip whose clipboard is a file; it notes how it was called. */
let home: AgentHome;
let board: string;
let calls: string;
beforeEach(async () => {
  home = new AgentHome();
  const bin = path.join(home.folder, 'bin');
  board = path.join(home.folder, 'board');
  calls = path.join(home.folder, 'calls');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'xclip'),
    `#!/bin/sh\necho "$@" >> '${calls}'\ncase "$*" in *-out*) cat '${board}';; *) cat > '${board}';; esac\n`,
  );
  chmodSync(path.join(bin, 'xclip'), 0o755);
  home.env['PATH'] = `${bin}:${home.env['PATH'] ?? ''}`;
  home.env['DISPLAY'] = ':77';
  await home.init();
  await home.addKey('agent', CANARY);
});
afterEach(() => home.dispose());

it('puts the value there by stdin, and says nothing of it', async () => {
  const ended = await home.keymolt(['key', 'copy', 'agent', '--json']);
  expect(JSON.parse(ended.stdout)).toEqual({ schema: 1, name: 'agent', env: 'dev', clears_in_ms: 30_000 });
  expect(readFileSync(board, 'utf8')).toBe(CANARY);
  expect(home.printed + home.log + readFileSync(calls, 'utf8')).not.toContain(CANARY);
});

it('asks clipboard histories to keep nothing, and goes without where a program does not know how', async () => {
  const bin = path.join(home.folder, 'bin');
  const wlCopy = (knowsHow: boolean) =>
    writeFileSync(
      path.join(bin, 'wl-copy'),
      `#!/bin/sh\necho "$@" >> '${calls}'\n${knowsHow ? '' : 'case "$*" in *--sensitive*) exit 1;; esac\n'}cat > '${board}'\n`,
      { mode: 0o755 },
    );
  wlCopy(true);
  const tool = findClipboardTool({ PATH: bin, WAYLAND_DISPLAY: 'wayland-7' }, 'linux')!;
  const absolute = {
    ...tool,
    writeConcealed: [path.join(bin, 'wl-copy'), ...tool.writeConcealed!.slice(1)],
    write: [path.join(bin, 'wl-copy'), ...tool.write.slice(1)],
  };
  expect(await writeClipboard(absolute, Buffer.from(CANARY))).toBe(true);
  expect(readFileSync(calls, 'utf8')).toContain('--sensitive');
  writeFileSync(board, '');
  wlCopy(false);
  expect(await writeClipboard(absolute, Buffer.from(CANARY))).toBe(false);
  expect(readFileSync(board, 'utf8')).toBe(CANARY);
  // The value goes by stdin on every system, so that no list of processes shows it.
  for (const system of ['darwin', 'win32'] as const)
    expect(JSON.stringify(findClipboardTool({}, system))).toContain(
      system === 'darwin' ? 'ConcealedType' : 'CanIncludeInClipboardHistory',
    );
});

it('takes it off again, unless something else is there by then', async () => {
  const saved = {
    PATH: process.env['PATH'],
    DISPLAY: process.env['DISPLAY'],
    WAYLAND_DISPLAY: process.env['WAYLAND_DISPLAY'],
  };
  Object.assign(process.env, { PATH: home.env['PATH'], DISPLAY: ':77' });
  delete process.env['WAYLAND_DISPLAY'];
  try {
    await copyToClipboard(Buffer.from(CANARY), { clearAfterMs: 300 });
    expect(readFileSync(board, 'utf8')).toBe(CANARY);
    await eventually('the clipboard is empty', () => readFileSync(board, 'utf8') === '');

    await copyToClipboard(Buffer.from(CANARY), { clearAfterMs: 300 });
    writeFileSync(board, 'something of mine');
    const looked = () => readFileSync(calls, 'utf8').split('-out').length - 1;
    await eventually('it has looked', () => looked() === 2);
    await pause(100);
    expect(readFileSync(board, 'utf8')).toBe('something of mine');
    expect(existsSync(board)).toBe(true);
  } finally {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
});
