import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocuments } from '../../../src-main/documents/documents.ts';

const BEGINNING = 'BEGIN:VCALENDAR\r\nours\r\n';
const ours = (more: string) => Buffer.from(BEGINNING + more);

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'keymolt-documents-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const at = (name: string) => path.join(home, name);

describe('a place for a report', () => {
  it('is the folder of downloads as the person calls it, under a name that is free', async () => {
    mkdirSync(at('.config'));
    mkdirSync(at('Herunterladen'));
    writeFileSync(at('.config/user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Herunterladen"\n');
    writeFileSync(at('Herunterladen/report.csv'), 'x');
    const documents = createDocuments({ homeFolder: home, ownFolder: at('.keymolt'), env: {} });
    const place = await documents.choosePlace('report.csv');
    expect(place).toEqual({ path: at('Herunterladen/report (2).csv'), mayReplace: false });
    await documents.save(place!, Buffer.from('a'));
    expect(statSync(place!.path).mode & 0o777).toBe(0o600);
    expect(readdirSync(at('Herunterladen')).sort()).toEqual(['report (2).csv', 'report.csv']);
  });

  it('is where the person said, or nowhere', async () => {
    const asked = (answer: string | null) =>
      createDocuments({
        homeFolder: home,
        ownFolder: at('.keymolt'),
        env: {},
        ask: () => Promise.resolve(answer),
      }).choosePlace('r.pdf');
    expect(await asked(at('mine.pdf'))).toEqual({ path: at('mine.pdf'), mayReplace: true });
    expect(await asked(null)).toBeUndefined();
  });

  it('leaves nothing half-made behind, and says why', async () => {
    const documents = createDocuments({ homeFolder: home, ownFolder: at('.keymolt'), env: {} });
    writeFileSync(at('there'), 'x');
    await expect(
      documents.save({ path: at('there'), mayReplace: false }, Buffer.from('y')),
    ).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    await expect(
      documents.save({ path: at('none/r.csv'), mayReplace: true }, Buffer.from('y')),
    ).rejects.toMatchObject({
      code: 'BAD_FILE',
    });
    expect(readdirSync(home)).toEqual(['there']);
    expect(readFileSync(at('there'), 'utf8')).toBe('x');
  });
});

describe('where nothing is saved', () => {
  it('is the folder of the vault, by whatever name it goes', async () => {
    mkdirSync(at('vault/inner'), { recursive: true });
    symlinkSync(at('vault'), at('link'));
    writeFileSync(at('vault/vault.db'), 'the vault');
    const documents = createDocuments({ homeFolder: home, ownFolder: at('link'), env: {} });
    for (const file of ['vault/vault.db', 'link/vault.db', 'vault/inner/x.db'])
      await expect(
        documents.save({ path: at(file), mayReplace: true }, Buffer.from('x')),
      ).rejects.toMatchObject({ code: 'BAD_FILE' });
    expect(readFileSync(at('vault/vault.db'), 'utf8')).toBe('the vault');
    expect(readdirSync(at('vault')).sort()).toEqual(['inner', 'vault.db']);
    mkdirSync(at('vault-2'));
    await documents.save({ path: at('vault-2/x.db'), mayReplace: true }, Buffer.from('x'));
  });
});

describe('a file that is chosen', () => {
  it('is a file that is there', async () => {
    const chosen = (file: string | null) =>
      createDocuments({
        homeFolder: home,
        ownFolder: at('.keymolt'),
        env: {},
        askForFile: () => Promise.resolve(file),
      }).chooseFile();
    writeFileSync(at('backup.db'), 'four');
    expect(await chosen(at('backup.db'))).toMatchObject({ path: at('backup.db'), bytes: 4 });
    expect(await chosen(null)).toBeUndefined();
    await expect(chosen(home)).rejects.toMatchObject({ code: 'BAD_FILE' });
    await expect(chosen(at('none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(
      createDocuments({ homeFolder: home, ownFolder: at('.keymolt'), env: {} }).chooseFile(),
    ).rejects.toMatchObject({ code: 'WINDOW_UNAVAILABLE' });
  });
});

describe('a person who is asked', () => {
  it('is asked one thing at a time, and again once that is answered', async () => {
    let answer: (file: string | null) => void = () => undefined;
    const documents = createDocuments({
      homeFolder: home,
      ownFolder: at('.keymolt'),
      env: {},
      ask: () => Promise.resolve(at('r.csv')),
      askForFile: () => new Promise((resolve) => (answer = resolve)),
    });
    const first = documents.chooseFile();
    await expect(documents.chooseFile()).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(documents.choosePlace('r.csv')).rejects.toMatchObject({ code: 'REFUSED' });
    answer(null);
    expect(await first).toBeUndefined();
    expect(await documents.choosePlace('r.csv')).toMatchObject({ path: at('r.csv') });
  });
});

describe('what is read of a chosen file', () => {
  it('is all of it, and nothing of one that is larger than it may be, gone, or no file', async () => {
    const documents = createDocuments({ homeFolder: home, ownFolder: at('.keymolt'), env: {} });
    writeFileSync(at('five'), 'fives');
    expect(Buffer.from(await documents.read(at('five'), 5)).toString()).toBe('fives');
    await expect(documents.read(at('five'), 4)).rejects.toMatchObject({ code: 'BAD_FILE' });
    await expect(documents.read(at('none'), 5)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    execFileSync('mkfifo', [at('pipe')]);
    for (const other of [home, at('pipe')])
      await expect(documents.read(other, 5)).rejects.toMatchObject({ code: 'BAD_FILE' });
  });
});

describe('a file that is kept fresh', () => {
  const documents = () => createDocuments({ homeFolder: home, ownFolder: at('.keymolt'), env: {} });

  it('is written when something changed, and else left alone', async () => {
    expect(await documents().keepFresh(at('c.ics'), BEGINNING, ours('1'))).toBe(true);
    const { ino } = statSync(at('c.ics'));
    expect(await documents().keepFresh(at('c.ics'), BEGINNING, ours('1'))).toBe(false);
    expect(statSync(at('c.ics')).ino).toBe(ino);
    expect(await documents().keepFresh(at('c.ics'), BEGINNING, ours('22'))).toBe(true);
    expect(await documents().keepFresh(at('c.ics'), BEGINNING, ours('3'))).toBe(true);
    expect(readFileSync(at('c.ics'), 'utf8')).toBe(`${BEGINNING}3`);
    expect(readdirSync(home)).toEqual(['c.ics']);
  });

  it('never takes the place of anything that is not ours', async () => {
    writeFileSync(at('theirs.ics'), 'BEGIN:VCALENDAR\r\ntheirs\r\n');
    writeFileSync(at('target'), ours('1'));
    symlinkSync(at('target'), at('link.ics'));
    mkdirSync(at('folder.ics'));
    execFileSync('mkfifo', [at('pipe.ics')]);
    for (const name of ['theirs.ics', 'link.ics', 'folder.ics', 'pipe.ics'])
      await expect(documents().keepFresh(at(name), BEGINNING, ours('2')), name).rejects.toMatchObject({
        code: 'FILE_EXISTS',
      });
    expect(readFileSync(at('target'), 'utf8')).toBe(`${BEGINNING}1`);
    expect(existsSync(at('pipe.ics'))).toBe(true);
  });
});
