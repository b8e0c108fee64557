import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, makeOpenCore, makeTestCore, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const window = { face: 'window' } as const;
const key = (kind: 'test' | 'live', letter: string) => `mbd_${kind}_${letter.repeat(32)}`;
const CANARY = /ZZZZZZZZ|YYYYYYYY|XXXXXXXX|Canary/;

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('keys.add', { name: 'known', platform: 'den-hosting', value: bytes(key('test', 'Y')) });
});
afterAll(async () => {
  expect(core.logged.join('\n')).not.toMatch(CANARY);
  await core.dispose();
});

const preview = (text: string, more: object = {}) =>
  core.call('imports.preview', { file: bytes(text), env: 'dev', ...more }, window);

describe('keys out of a dropped file', () => {
  it('says what each variable would become, and of no value more than its public beginning', async () => {
    const answer = await preview(
      [
        '\ufeff# settings',
        `export DEN_KEY="${key('test', 'Z')}"`,
        `KNOWN=${key('test', 'Y')}`,
        `LIVE_ONE=${key('live', 'X')}`,
        `AGAIN=${key('test', 'Z')}`,
        'TOKEN=sk-Canary-a1b2c3d4e5f6',
        'PORT=8080',
        'EMPTY=',
        'REFERRED=molt://dev/known',
        'NODE_OPTIONS=--max-old-space-size=1234567',
      ].join('\r\n'),
    );
    expect(JSON.stringify(answer)).not.toMatch(CANARY);
    const items = new Map(answer.items.map((item) => [item.variable, item]));
    expect(items.get('DEN_KEY')).toMatchObject({
      state: 'ready',
      platform: 'den-hosting',
      mode: 'test',
      name: 'den-key',
      prefix: 'mbd_test_ZZZ',
      proposed: true,
    });
    expect(items.get('KNOWN')).toMatchObject({
      state: 'stored',
      stored_as: ['dev/known'],
      name: 'known-2',
      proposed: false,
    });
    expect(items.get('LIVE_ONE')).toMatchObject({ state: 'ready', mode: 'live', proposed: false });
    expect(items.get('AGAIN')).toMatchObject({ proposed: false, note: 'The same value as DEN_KEY.' });
    expect(items.get('TOKEN')).toMatchObject({ state: 'unsure', prefix: null, platform: null });
    for (const name of ['PORT', 'EMPTY', 'REFERRED', 'NODE_OPTIONS'])
      expect(items.get(name), name).toMatchObject({ state: 'refused', fingerprint: null, prefix: null });

    const at = (variable: string) => items.get(variable)!.at;
    const taken = await core.call(
      'imports.take',
      {
        import_id: answer.import_id,
        items: [
          { at: at('DEN_KEY'), name: 'den-key', platform: 'den-hosting' },
          { at: at('TOKEN'), name: 'known', platform: 'moltbook' },
          { at: at('PORT'), name: 'port', platform: 'moltbook' },
        ],
      },
      window,
    );
    expect(taken.added).toEqual([{ at: at('DEN_KEY'), key: 'dev/den-key' }]);
    expect(taken.failed.map(({ code }) => code)).toEqual(['KEY_EXISTS', 'NOT_FOUND']);
    // What failed can be put right; what was taken is not taken twice.
    const again = await core.call(
      'imports.take',
      { import_id: answer.import_id, items: [{ at: at('TOKEN'), name: 'token', platform: 'moltbook' }] },
      window,
    );
    expect(again.added).toEqual([{ at: at('TOKEN'), key: 'dev/token' }]);
    const { key: stored } = await core.call('keys.show', { key: 'dev/den-key' });
    expect(stored).toMatchObject({ var: 'DEN_KEY', fingerprint: items.get('DEN_KEY')!.fingerprint });
    const { secrets } = await core.callForSecrets('secrets.read', { reference: 'molt://dev/token' });
    expect(secrets['value']).toBe('sk-Canary-a1b2c3d4e5f6');
  });

  it.each([
    ['UTF-16 text', Buffer.from('\ufeffA=Canary\n', 'utf16le'), 'UTF-16'],
    ['a ZIP archive', Buffer.from('PK\x03\x04CanaryCanary', 'latin1'), 'ZIP archive'],
    ['a pipe’s worth of nothing', Buffer.alloc(0), 'is empty'],
    ['a letter', Buffer.from('Dear Canary,\nhow are you?\n'), 'no NAME=value line'],
    [
      'a log',
      Buffer.from(Array.from({ length: 1500 }, (_, at) => `at${at}=Canary`).join('\n')),
      '1500 NAME=value lines',
    ],
  ])('refuses %s, and says what it is', async (_what, file, words) => {
    const { outcome } = await core.ask('imports.preview', { file, env: 'dev' }, window);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_FILE' } });
    expect(JSON.stringify(outcome)).toContain(words);
    expect(JSON.stringify(outcome)).not.toMatch(CANARY);
  });

  it('refuses ten megabytes before anything reads them', async () => {
    const { outcome } = await core.ask(
      'imports.preview',
      { file: new Uint8Array(10_485_760), env: 'dev' },
      window,
    );
    expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
  });

  it('forgets the file when another comes, when it is given up, and when the vault locks', async () => {
    const take = (importId: string) =>
      core.ask(
        'imports.take',
        { import_id: importId, items: [{ at: 0, name: 'x', platform: 'den-hosting' }] },
        window,
      );
    const gone = { ok: false, error: { code: 'NOT_FOUND' } };
    const first = await preview(`A=${key('test', 'Z')}`);
    const second = await preview(`A=${key('test', 'Z')}`);
    expect((await take(first.import_id)).outcome).toMatchObject(gone);
    await core.call('imports.discard', {}, window);
    expect((await take(second.import_id)).outcome).toMatchObject(gone);
    const third = await preview(`A=${key('test', 'Z')}`);
    await core.call('vault.lock', {});
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    expect((await take(third.import_id)).outcome).toMatchObject(gone);
  });

  it('is not there for a process on the socket', async () => {
    const { outcome } = await core.ask('imports.preview', { file: bytes('A=1'), env: 'dev' });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
  });
});

describe('what the window remembers', () => {
  const table = {
    columns: ['name', 'due', 'project'],
    group: 'owner',
    sort: { column: 'due', descending: true },
  } as const;

  it('lies in the vault, sealed', async () => {
    expect((await core.call('preferences.get', {}, window)).key_table).toBeNull();
    await core.call('preferences.set', { key_table: { ...table, columns: [...table.columns] } }, window);
    expect((await core.call('preferences.get', {}, window)).key_table).toEqual(table);
    expect(readFileSync(core.paths.vault).includes('"group"')).toBe(false);
  });

  it('keeps a calendar fresh: after each change, with names only where they are wanted', async () => {
    const file = path.join(core.paths.home, 'dates.ics');
    const set = (withNames: boolean) =>
      core.call('preferences.set', { due_feed: { path: file, with_names: withNames } }, window);
    expect((await set(false)).due_feed).toMatchObject({ path: file, problem: null });
    expect(readFileSync(file, 'utf8')).toMatch(/SUMMARY:\d+ keys? to rotate/);
    expect(readFileSync(file, 'utf8')).not.toContain('known');
    await set(true);
    expect(readFileSync(file, 'utf8')).toContain('SUMMARY:Rotate known (dev)');
    expect(readFileSync(file, 'utf8')).not.toMatch(CANARY);
    await core.call('keys.add', {
      name: 'newcomer',
      platform: 'den-hosting',
      value: bytes(key('test', 'N')),
    });
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 5000 }).toContain('Rotate newcomer (dev)');
    const off = await core.call('preferences.set', { due_feed: null }, window);
    expect(off.due_feed).toBeNull();
    // The columns of the list were not touched by any of this.
    expect(off.key_table).toEqual(table);
    const { entries } = await core.call('audit.list', {});
    expect(entries.filter(({ action }) => action === 'calendar.set')).toHaveLength(3);
  });

  it('says why a calendar cannot be written, and harms no file', async () => {
    const file = path.join(core.paths.home, 'other.ics');
    writeFileSync(file, 'BEGIN:VCALENDAR\r\nsomebody else’s');
    const { due_feed: feed } = await core.call(
      'preferences.set',
      { due_feed: { path: file, with_names: false } },
      window,
    );
    expect(feed).toMatchObject({ problem: { code: 'FILE_EXISTS' } });
    expect(readFileSync(file, 'utf8')).toContain('somebody else’s');
    for (const bad of ['relative.ics', '/etc/passwd', '/tmp/x.ics\0'])
      expect(
        (await core.ask('preferences.set', { due_feed: { path: bad, with_names: false } }, window)).outcome,
      ).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    await core.call('preferences.set', { due_feed: null }, window);
  });
});

describe('a report', () => {
  it('is saved as a table and as a document, without values or anything to recognise one by', async () => {
    const before = readdirSync(core.paths.home);
    const { path: csv } = await core.call('reports.save', { as: 'csv', env: 'dev' }, window);
    const text = readFileSync(csv!, 'utf8');
    expect(text).toContain('dev,known,den-hosting,active');
    expect(text).not.toMatch(/mbd_|YYY/);
    const { path: pdf } = await core.call('reports.save', { as: 'pdf' }, window);
    expect(readFileSync(pdf!, 'utf8')).toContain('%PDF');
    const fresh = readdirSync(core.paths.home).filter((name) => !before.includes(name));
    expect(fresh.sort()).toEqual([path.basename(pdf!), path.basename(csv!)].sort());
  });
});

describe('what a window shows first', () => {
  it('counts all keys, names who has what needs somebody, and lists no more than was asked for', async () => {
    for (const name of ['first', 'second'])
      await core.call('keys.add', {
        name,
        platform: 'den-hosting',
        value: bytes(key('test', name === 'first' ? 'Z' : 'X')),
        metadata: { owner: 'team-a', rotate_every_days: 7 },
      });
    const { overviews, silent } = await core.call('overview.show', { most: 1 }, window);
    const { length } = (await core.call('keys.list', {})).keys;
    expect(overviews.map(({ env }) => env)).toEqual([null, 'dev']);
    for (const overview of overviews)
      expect(overview).toMatchObject({
        keys: length,
        in_use: length,
        overdue: 0,
        matters: [{ kind: 'due', owner: 'team-a' }],
        matter_count: 2,
      });
    expect(silent).toEqual([]);
    const all = (await core.call('keys.list', {}, window)).keys;
    expect((await core.call('keys.list', { first: 2 }, window)).keys).toEqual(all.slice(0, 2));
    expect(JSON.stringify(overviews)).not.toMatch(CANARY);
  });
});

describe('the log as a file', () => {
  it('is what the command line writes, where the person says; and says that it is whole', async () => {
    const file = path.join(core.paths.home, 'mine.jsonl');
    core.says.place = file;
    const { saved } = await core.call('audit.save', {}, window);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(saved).toEqual({ path: file, entries: lines.length, intact: true, findings: [] });
    const first = (await core.call('audit.export', { after_seq: 0, limit: 1 })).entries[0];
    expect(JSON.parse(lines[0] ?? '')).toEqual({ schema: 1, ...first });
    expect(lines.join()).not.toMatch(CANARY);
    core.says.place = null;
    expect(await core.call('audit.save', {}, window)).toEqual({ schema: 1, saved: null });
    core.says.place = undefined;
  });

  it('is given up in the middle without a trace', async () => {
    core.says.place = path.join(core.paths.home, 'stopped.jsonl');
    const saving = core.call('audit.save', { operation_id: 'export' }, window);
    // The place is chosen by then, and the first file system call not yet back.
    await new Promise((resolve) => setImmediate(resolve));
    await core.call('operations.cancel', { operation_id: 'export' }, window);
    await expect(saving).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(core.paths.home).filter((name) => /stopped|\.tmp$/.test(name))).toEqual([]);
    core.says.place = undefined;
  });
});

describe('a platform’s definition', () => {
  const file = () => path.join(core.paths.home, 'fifth.json');
  const definitionOf = async (change: object): Promise<string> => {
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    return JSON.stringify({ ...definition, id: 'fifth', ...change });
  };
  /** As a person who chooses a file with this in it. */
  const choose = async (content: string | Buffer) => {
    writeFileSync(file(), content);
    core.says.file = file();
    return (await core.call('platforms.chooseDefinition', {}, window)).chosen!;
  };
  const take = (id: string, more: object = {}) =>
    core.call('platforms.importChosen', { id, ...more }, window);
  const address = async () => (await core.call('platforms.show', { id: 'fifth' })).platform.base_url;
  const fails = (code: string, message: string) => ({
    code,
    message: expect.stringContaining(message) as unknown,
  });

  it('is shown before it is taken, as it was chosen; the page brings none, and names no file', async () => {
    core.says.file = null;
    expect(await core.call('platforms.chooseDefinition', {}, window)).toEqual({ schema: 1, chosen: null });
    const chosen = await choose(`\ufeff${await definitionOf({ baseUrl: 'https://fifth.example/v1' })}`);
    expect(chosen).toMatchObject({
      path: file(),
      platform: { id: 'fifth', base_url: 'https://fifth.example/v1', builtin: false, can: { sign_in: true } },
      header: 'X-API-Key',
      replaces: null,
      same_name: 'den-hosting',
    });
    expect((await core.call('platforms.list', {})).platforms.map(({ id }) => id)).not.toContain('fifth');
    writeFileSync(file(), await definitionOf({ baseUrl: 'https://evil.example' }));
    for (const [channel, request] of [
      ['platforms.importDefinition', { definition: await definitionOf({}) }],
      ['platforms.chooseDefinition', { path: file() }],
      ['platforms.importChosen', { id: chosen.id, definition: await definitionOf({}) }],
    ] as const)
      expect((await core.ask(channel, request, window)).outcome).toMatchObject({
        ok: false,
        error: { code: 'BAD_REQUEST' },
      });
    await take(chosen.id);
    expect(await address()).toBe('https://fifth.example/v1');
    await expect(take(chosen.id)).rejects.toMatchObject(fails('BAD_FILE', 'No definition is chosen'));
  });

  it('takes the place of another at another host with the passphrase only', async () => {
    await core.call('platforms.set', { id: 'fifth', base_url: 'https://mine.example/v1' });
    const moved = await choose(await definitionOf({ baseUrl: 'https://mine.example/v2', name: 'Fifth' }));
    expect(moved).toMatchObject({
      platform: { base_url: 'https://mine.example/v2' },
      replaces: { name: 'MoltbotDen Hosting', base_url: 'https://mine.example/v1' },
      same_name: null,
    });
    await take(moved.id);
    const { id } = await choose(await definitionOf({ baseUrl: 'https://evil.example' }));
    await expect(take(id)).rejects.toMatchObject(fails('INPUT_REQUIRED', 'https://evil.example'));
    const wrong = { passphrase: bytes('wrong wrong') };
    await expect(take(id, wrong)).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    expect(await address()).toBe('https://mine.example/v2');
    await take(id, { passphrase: bytes(PASSPHRASE) });
    expect(await address()).toBe('https://evil.example');
  });

  it('says by line and by field what is wrong with it, and nothing of a file that is another one', async () => {
    await expect(choose('{"format": 1,\n "id" "fifth"}')).rejects.toMatchObject(
      fails('BAD_PLATFORM', 'is not JSON: line 2, column 7 has no colon after a name.'),
    );
    await expect(choose(await definitionOf({ rotation: { strategy: 'often' } }))).rejects.toMatchObject(
      fails(
        'BAD_PLATFORM',
        'fit: rotation.strategy: expected one of "overlap"|"cutover"|"none"; rotation.overlapMaxMs is missing;',
      ),
    );
    await expect(choose(await definitionOf({ id: 'moltbook' }))).rejects.toMatchObject(
      fails('PLATFORM_EXISTS', 'built-in'),
    );
    const value = 'ZZZZZZZZ';
    for (const content of [value, `{"a":${value}}`, `{"a":"${value}`, Buffer.from([0xff, 0xfe, 0x00])]) {
      const refused: unknown = await choose(content).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'BAD_PLATFORM' });
      expect(JSON.stringify(refused) + String(refused)).not.toMatch(CANARY);
    }
    await expect(choose(' '.repeat(60_001))).rejects.toMatchObject(fails('BAD_FILE', 'larger than 60000'));
    core.says.file = undefined;
  });
});

// Last: the vault is another one afterwards.
describe('a backup', () => {
  it('goes where the person says, over what they agreed to replace; and the page names no path', async () => {
    const file = path.join(core.paths.home, 'mine.db');
    writeFileSync(file, 'an older one');
    core.says.place = file;
    const { saved } = await core.call('vault.saveBackup', {}, window);
    expect(saved).toEqual({ path: file, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(core.paths.home).filter((name) => /\.(?:tmp|partial)$/.test(name))).toEqual([]);
    core.says.place = null;
    expect(await core.call('vault.saveBackup', {}, window)).toEqual({ schema: 1, saved: null });
    for (const [channel, request] of [
      ['vault.backup', { path: file }],
      ['vault.restore', { path: file, replace: true }],
      ['vault.saveBackup', { path: file }],
      ['vault.chooseBackup', { path: file }],
    ] as const)
      expect((await core.ask(channel, request, window)).outcome).toMatchObject({
        ok: false,
        error: { code: 'BAD_REQUEST' },
      });
  });

  it('is put back where the person chose it, once, and the vault before is kept', async () => {
    const file = path.join(core.paths.home, 'mine.db');
    const restore = (id: string) => core.call('vault.restoreChosen', { id, replace: true }, window);
    core.says.file = null;
    expect(await core.call('vault.chooseBackup', {}, window)).toEqual({ schema: 1, chosen: null });
    await expect(restore(file)).rejects.toMatchObject({ code: 'INPUT_REQUIRED' });
    core.says.file = path.join(core.paths.home, 'nothing-there');
    await expect(core.call('vault.chooseBackup', {}, window)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    const junk = path.join(core.paths.home, 'junk.db');
    writeFileSync(junk, 'junk');
    core.says.file = junk;
    const wrong = await core.call('vault.chooseBackup', {}, window);
    await expect(restore(wrong.chosen!.id)).rejects.toMatchObject({ code: 'BAD_FILE' });
    core.says.file = file;
    const { chosen } = await core.call('vault.chooseBackup', {}, window);
    expect(chosen).toMatchObject({ path: file, bytes: statSync(file).size });
    // What was chosen before counts no longer.
    await expect(restore(wrong.chosen!.id)).rejects.toMatchObject({ code: 'INPUT_REQUIRED' });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    const { kept } = await restore(chosen!.id);
    expect(readFileSync(kept!).subarray(0, 6).toString()).toBe('SQLite');
    expect((await core.call('vault.status', {})).vault).toBe('locked');
    await expect(restore(chosen!.id)).rejects.toMatchObject({ code: 'INPUT_REQUIRED' });
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) }, window);
    expect((await core.call('vault.status', {})).tampered).toBe(false);
  });

  it('becomes the vault where there is none', async () => {
    const fresh = makeTestCore();
    try {
      fresh.says.file = path.join(core.paths.home, 'mine.db');
      const { chosen } = await fresh.call('vault.chooseBackup', {}, window);
      const restore = (replace: boolean) =>
        fresh.call('vault.restoreChosen', { id: chosen!.id, replace }, window);
      expect(await restore(false)).toEqual({ schema: 1, kept: null });
      expect((await fresh.call('vault.status', {}, window)).vault).toBe('locked');
      await fresh.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) }, window);
      const { keys } = await fresh.call('keys.list', {}, window);
      expect(keys.map(({ name }) => name)).toContain('known');
    } finally {
      await fresh.dispose();
    }
  });
});
