import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEnvFiles } from '../../../src-main/deployment/env-files.ts';

const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCana12';
const files = createEnvFiles();
const isRoot = process.getuid?.() === 0;

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'keymolt-env-'));
  file = path.join(folder, '.env');
  fs.writeFileSync(file, 'KEY=old\n', { mode: 0o640 });
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const put = (where: string, text: string): Promise<void> => files.edit(where, () => Buffer.from(text));
const read = (where = file): Promise<string> => files.read(where, (bytes) => bytes.toString());
const everything = (): string =>
  fs
    .readdirSync(folder)
    .map((name) =>
      fs.statSync(path.join(folder, name)).isFile() ? fs.readFileSync(path.join(folder, name)) : '',
    )
    .join('\n');

describe('replacing an env file', () => {
  it('keeps mode and owner, and leaves nothing beside it', async () => {
    if (isRoot) fs.chownSync(file, 1234, 2345);
    fs.chmodSync(file, 0o640);
    await put(file, `KEY=${CANARY}\n`);
    const { mode, uid, gid } = fs.statSync(file);
    expect(mode & 0o7777).toBe(0o640);
    if (isRoot) expect([uid, gid]).toEqual([1234, 2345]);
    expect(fs.readdirSync(folder)).toEqual(['.env']);
    expect(await read()).toBe(`KEY=${CANARY}\n`);
  });

  it('writes where a link leads, and keeps the link', async () => {
    const link = path.join(folder, 'link');
    const second = path.join(folder, 'second');
    fs.symlinkSync('.env', second);
    fs.symlinkSync('second', link);
    await put(link, 'KEY=new\n');
    expect(fs.readlinkSync(link)).toBe('second');
    expect(fs.readFileSync(file, 'utf8')).toBe('KEY=new\n');
  });

  it('does not touch a file that needs no change', async () => {
    const before = fs.statSync(file);
    await files.edit(file, () => null);
    const after = fs.statSync(file);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('leaves the file as it is when somebody writes it meanwhile, by content or by replacement', async () => {
    const steps: (() => void)[] = [
      () => fs.writeFileSync(file, 'KEY=theirs\n'),
      () => {
        fs.writeFileSync(path.join(folder, 'other'), 'KEY=old\n');
        fs.renameSync(path.join(folder, 'other'), file);
      },
    ];
    for (const step of steps) {
      fs.writeFileSync(file, 'KEY=old\n');
      let seen = '';
      const edit = files.edit(file, () => {
        step();
        seen = fs.readFileSync(file, 'utf8');
        return Buffer.from(`KEY=${CANARY}\n`);
      });
      await expect(edit).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
      expect(fs.readFileSync(file, 'utf8')).toBe(seen);
      expect(everything()).not.toContain(CANARY);
    }
  });

  it('removes what a crash left behind', async () => {
    const left = path.join(folder, '..env.keymolt-new');
    fs.writeFileSync(left, `KEY=${CANARY}`);
    await put(file, 'KEY=new\n');
    expect(fs.readdirSync(folder)).toEqual(['.env']);
  });

  it('takes edits of one file one after the other', async () => {
    fs.writeFileSync(file, '');
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        files.edit(file, (bytes) => Buffer.concat([bytes, Buffer.from(`K${index}=1\n`)])),
      ),
    );
    expect((await read()).split('\n')).toHaveLength(21);
  });

  it.each([
    ['a file without a right to write', () => fs.chmodSync(file, 0o440)],
    ...(isRoot ? [] : ([['a folder without a right to write', () => fs.chmodSync(folder, 0o500)]] as const)),
    ['a folder that everybody may write to', () => fs.chmodSync(folder, 0o777)],
  ] as const)('refuses %s, and says so beforehand', async (_name, prepare) => {
    prepare();
    const problem = await files.read(file, (_bytes, facts) => facts.problem);
    await expect(put(file, CANARY)).rejects.toMatchObject({ code: 'READ_ONLY', message: problem });
    fs.chmodSync(folder, 0o700);
    expect(fs.readFileSync(file, 'utf8')).toBe('KEY=old\n');
    expect(everything()).not.toContain(CANARY);
  });

  it('says that others can read it', async () => {
    fs.chmodSync(file, 0o644);
    expect(await files.read(file, (_bytes, { warnings }) => warnings)).toHaveLength(1);
  });
});

describe('what is no file to write', () => {
  it.each([
    ['a file that is gone', 'FILE_NOT_FOUND', () => fs.rmSync(file)],
    ['a link to nothing', 'FILE_NOT_FOUND', () => relink('nowhere')],
    ['a loop of links', 'BAD_FILE', () => relink('.env')],
    ['a folder', 'BAD_FILE', () => relink('.')],
    ['a named pipe', 'BAD_FILE', () => (fs.rmSync(file), execFileSync('mkfifo', [file]))],
    ['a device', 'BAD_FILE', () => relink('/dev/zero')],
    ['10 MB', 'BAD_FILE', () => fs.writeFileSync(file, Buffer.alloc(10_000_000, 65))],
    ['a file with a second name', 'BAD_FILE', () => fs.linkSync(file, path.join(folder, 'second'))],
  ])('%s is refused with a clear error', async (_name, code, prepare) => {
    prepare();
    await expect(put(file, CANARY)).rejects.toMatchObject({ code });
    await expect(read()).rejects.toMatchObject({ code });
    expect(fs.readdirSync(folder).join()).not.toContain('keymolt-new');
  });

  const relink = (to: string): void => {
    fs.rmSync(file);
    fs.symlinkSync(to, file);
  };

  it.runIf(isRoot)('refuses a link that another user put there', async () => {
    const link = path.join(folder, 'link');
    fs.symlinkSync(file, link);
    fs.lchownSync(link, 1234, 1234);
    await expect(put(link, CANARY)).rejects.toMatchObject({ code: 'BAD_FILE' });
  });
});
