import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryBook, readMemory } from '../../../src-main/app/desktop/desktop-memory.ts';
import { autostartEntry, xdgLoginItem } from '../../../src-main/app/desktop/start-at-login.ts';
import type { Log } from '../../../src-main/log/ports.ts';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const FIRST_START = {
  bounds: null,
  isMaximized: false,
  zoom: 1,
  screen: 'overview',
  notifications: true,
  stayInTray: false,
};

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'keymolt-memory-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('what is remembered is there at the next start, for its owner alone', () => {
  const book = new MemoryBook(home, silent);
  book.change({ screen: 'doctor', isMaximized: true });
  book.change({ bounds: { x: 1, y: 2, width: 1000, height: 700 }, zoom: 1.5 });
  book.flush();
  const file = path.join(home, 'window.json');
  expect(new MemoryBook(home, silent).now).toEqual({
    ...FIRST_START,
    screen: 'doctor',
    isMaximized: true,
    bounds: { x: 1, y: 2, width: 1000, height: 700 },
    zoom: 1.5,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([
  ['nothing at all', ''],
  ['no JSON', '{"schema":1,'],
  ['of a later version', '{"schema":2,"screen":"doctor"}'],
  ['a list', '[]'],
  ['too long', JSON.stringify({ schema: 1, screen: 'doctor', more: 'x'.repeat(20_000) })],
])('a file that is %s is as none', (_name, content) => {
  const file = path.join(home, 'window.json');
  writeFileSync(file, content);
  expect(readMemory(file)).toEqual(FIRST_START);
});

it('of a file with nonsense in it the rest holds', () => {
  const file = path.join(home, 'window.json');
  writeFileSync(
    file,
    JSON.stringify({
      schema: 1,
      bounds: { x: 1e99 },
      zoom: 40,
      screen: 'vault',
      maximized: 'yes',
      notifications: false,
    }),
  );
  expect(readMemory(file)).toEqual({ ...FIRST_START, notifications: false });
});

it('nothing is written through a link, and that is no error', () => {
  const elsewhere = path.join(home, 'elsewhere');
  writeFileSync(elsewhere, 'mine');
  symlinkSync(elsewhere, path.join(home, 'window.json'));
  const book = new MemoryBook(home, silent);
  book.change({ screen: 'doctor' });
  book.flush();
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
});

it('start at login: an entry of the XDG autostart folder, written and taken away again', () => {
  const item = xdgLoginItem({}, home, ['/opt/Key Molt/keymolt']);
  expect(item.isOn()).toBe(false);
  item.set(true);
  const file = path.join(home, '.config', 'autostart', 'keymolt.desktop');
  expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/Key Molt/keymolt" "--hidden"\n');
  expect(item.isOn()).toBe(true);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('Autostart-enabled=true', 'Autostart-enabled=false'),
  );
  expect(item.isOn()).toBe(false);
  item.set(true);
  expect(item.isOn()).toBe(true);
  item.set(false);
  expect(item.isOn()).toBe(false);
  item.set(false);
});

it('XDG_CONFIG_HOME is where the entry goes, unless it is no absolute path', () => {
  const config = path.join(home, 'config');
  xdgLoginItem({ XDG_CONFIG_HOME: config }, '/nowhere', ['/opt/keymolt']).set(true);
  expect(statSync(path.join(config, 'autostart', 'keymolt.desktop')).isFile()).toBe(true);
  const item = xdgLoginItem({ XDG_CONFIG_HOME: 'relative' }, home, ['/opt/keymolt']);
  expect(item.isOn()).toBe(false);
});

it('a path cannot say more than a path in that entry', () => {
  const entry = autostartEntry(['/opt/a"b$(x)`y`\\z%f/keymolt']);
  expect(entry).toContain(String.raw`Exec="/opt/a\\"b\\$(x)\\`);
  expect(entry).toContain('%%f/keymolt"');
  expect(() => autostartEntry(['/opt/a\nExec=evil'])).toThrow(/control characters/);
});

it('a folder that cannot be made says so', () => {
  writeFileSync(path.join(home, '.config'), 'a file is in the way');
  expect(() => xdgLoginItem({}, home, ['/opt/keymolt']).set(true)).toThrow(/cannot be made/);
});
