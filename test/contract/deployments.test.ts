import * as fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deploymentsOfKey, targetOf } from '../../src-main/services/deployment/deployment-records.ts';
import { requireKey } from '../../src-main/services/keys/key-directory.ts';
import { Secret } from '../../src-main/vault/secret.ts';
import { eventually, isRunning } from '../support/homes/agent-home.ts';
import { bytes, makeOpenCore, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const OLD = 'mbd_test_OldCanaryOldCanaryOldCanaryOld1';
const NEW = 'mbd_test_NewCanaryNewCanaryNewCanaryNew2';

let core: TestCore;
let folder: string;
const said: string[] = [];
beforeAll(async () => {
  core = await makeOpenCore();
  folder = fs.mkdtempSync(path.join(core.paths.home, '..', 'keymolt-targets-'));
});
afterAll(async () => {
  expect([...said, ...core.logged].join('\n')).not.toMatch(/(Old|New)Canary/);
  await core.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const { name, env } of (await core.call('keys.list', {})).keys)
    await core.call('keys.forget', { key: name, env, confirm: name });
  for (const env of ['dev', 'prod'])
    await core.call('keys.add', { name: 'k', env, platform: 'den-hosting', value: bytes(OLD) });
});

const write = (name: string, text: string): string => {
  const file = path.join(folder, name);
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const program = (name: string, script: string): string => {
  const file = write(name, `#!/bin/sh\n${script}\n`);
  fs.chmodSync(file, 0o700);
  return file;
};
type Place = Parameters<typeof add>[0];
const add = (
  place:
    | { kind: 'dotenv' | 'systemd'; path: string; variable?: string }
    | { kind: 'command'; argv: string[]; cwd: string; give: 'stdin' | 'environment'; timeout_ms?: number }
    | { kind: 'process' },
  key = 'dev/k',
) => core.call('deployments.add', { key, place });
const command = (script: string, more: Partial<Extract<Place, { kind: 'command' }>> = {}): Place => ({
  kind: 'command',
  argv: [program('program', script)],
  cwd: folder,
  give: 'stdin',
  ...more,
});

/** As a rotation does: the targets of the key, and a value. */
async function give(
  way: 'apply' | 'putBack',
  value: string,
  other: string,
  signal = new AbortController().signal,
) {
  const vault = core.core.vault.require();
  const { key } = requireKey(vault, 'dev/k');
  const [record] = deploymentsOfKey(vault, key.id);
  const secret = Secret.fromText(value);
  try {
    const call = { vault, actor: 'a test', signal };
    const { detail } = await core.core.deployment[way](
      targetOf(record!),
      secret,
      vault.fingerprint(Buffer.from(other)),
      call,
    );
    said.push(detail);
    return detail;
  } catch (error) {
    said.push(String(error));
    throw error;
  } finally {
    secret.wipe();
  }
}
const apply = () => give('apply', NEW, OLD);
const putBack = () => give('putBack', OLD, NEW);
const text = (file: string): string => fs.readFileSync(file, 'utf8');

describe('a target', () => {
  it('of a live environment needs approval: every later value goes there', async () => {
    core.core.grants.clear();
    const file = write('live.env', 'MOLTBOTDEN_API_KEY=\n');
    const place = { kind: 'dotenv', path: file } as const;
    await expect(core.call('deployments.add', { key: 'prod/k', place })).rejects.toMatchObject({
      code: 'APPROVAL_REQUIRED',
    });
    await expect(
      core.call('deployments.add', { key: 'prod/k', place, passphrase: bytes('wrong') }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    const { target } = await core.call('deployments.add', {
      key: 'prod/k',
      place,
      passphrase: bytes(PASSPHRASE),
    });
    expect(target).toMatchObject({
      key: 'prod/k',
      kind: 'dotenv',
      path: file,
      variable: 'MOLTBOTDEN_API_KEY',
    });
    core.core.grants.clear();
  });

  it('is on the list of its key, once, and goes with it', async () => {
    const file = write('.env', `MOLTBOTDEN_API_KEY=${OLD}\n`);
    expect((await add({ kind: 'dotenv', path: file })).warnings).toEqual([]);
    await expect(add({ kind: 'dotenv', path: file })).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    await add({ kind: 'process' });
    const { targets } = await core.call('deployments.list', { key: 'dev/k' });
    expect(targets.map(({ kind }) => kind)).toEqual(['dotenv', 'process']);
    await expect(core.call('deployments.remove', { key: 'dev/k' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await core.call('deployments.remove', { key: 'dev/k', target: targets[1]!.id });
    expect((await core.call('deployments.list', {})).targets).toHaveLength(1);
    await core.call('keys.forget', { key: 'dev/k', confirm: 'k' });
    expect((await core.call('deployments.list', {})).targets).toEqual([]);
  });

  it.each([
    ['a variable that is not there', () => write('.env', 'OTHER=1\n'), {}, 'TARGET_NOT_FOUND'],
    ['a file that is not there', () => path.join(folder, 'nowhere'), {}, 'FILE_NOT_FOUND'],
    [
      'a variable that decides what runs',
      () => write('.env', 'PATH=/\n'),
      { variable: 'PATH' },
      'VARIABLE_RESERVED',
    ],
    ['Keymolt’s own files', () => core.paths.vault, {}, 'BAD_FILE'],
    ['a relative path', () => '.env', {}, 'BAD_REQUEST'],
  ])('is refused: %s', async (_name, file, more, code) => {
    await expect(add({ kind: 'dotenv', path: file(), ...more })).rejects.toMatchObject({ code });
  });

  it('warns where it holds another value, which the rotation then replaces', async () => {
    const file = write('.env', 'MOLTBOTDEN_API_KEY=placeholder\n');
    expect((await add({ kind: 'dotenv', path: file })).warnings).toHaveLength(1);
    await apply();
    expect(text(file)).toBe(`MOLTBOTDEN_API_KEY=${NEW}\n`);
  });

  it('tells what would change, masked, and changes nothing', async () => {
    const before = `# top\nexport MOLTBOTDEN_API_KEY="${OLD}" # why\n`;
    const file = write('.env', before);
    await add({ kind: 'dotenv', path: file });
    await add(command('echo ran > ran'));
    const answer = await core.call('deployments.test', { key: 'dev/k' });
    said.push(JSON.stringify(answer));
    expect(answer.targets).toMatchObject([
      { detail: 'line 2: export MOLTBOTDEN_API_KEY=[molt:k]', problem: null, holds: 'this_key' },
      { problem: null, holds: 'unknown' },
    ]);
    fs.chmodSync(file, 0o400);
    expect((await core.call('deployments.test', { key: 'dev/k' })).targets[0]!.problem).toMatch(/read-only/);
    expect(text(file)).toBe(before);
    expect(fs.existsSync(path.join(folder, 'ran'))).toBe(false);
  });
});

describe('a file target', () => {
  it('gets the new value, twice the same, and the old one back', async () => {
    const file = write('.env', `A=1\nMOLTBOTDEN_API_KEY='${OLD}'\n`);
    await add({ kind: 'dotenv', path: file });
    await apply();
    expect(text(file)).toBe(`A=1\nMOLTBOTDEN_API_KEY='${NEW}'\n`);
    const { ino } = fs.statSync(file);
    expect(await apply()).toMatch(/already/);
    expect(fs.statSync(file).ino).toBe(ino);
    await putBack();
    expect(text(file)).toBe(`A=1\nMOLTBOTDEN_API_KEY='${OLD}'\n`);
    expect(await putBack()).toMatch(/already/);
  });

  it('that somebody changed meanwhile is refused on the way there and left on the way back', async () => {
    const file = write('.env', `MOLTBOTDEN_API_KEY=${OLD}\n`);
    await add({ kind: 'dotenv', path: file });
    fs.writeFileSync(file, 'MOLTBOTDEN_API_KEY=theirs\n');
    await expect(apply()).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
    expect(await putBack()).toMatch(/left as it is/);
    expect(text(file)).toBe('MOLTBOTDEN_API_KEY=theirs\n');
    await expect(apply()).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
  });

  it('that is gone fails on the way there and needs nothing on the way back', async () => {
    const file = write('.env', `MOLTBOTDEN_API_KEY=${OLD}\n`);
    await add({ kind: 'dotenv', path: file });
    fs.rmSync(file);
    await expect(apply()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await putBack()).toMatch(/gone/);
  });

  it('of systemd is written in its own grammar', async () => {
    const file = write('unit.env', `; top\nMOLTBOTDEN_API_KEY=${OLD}\nB="x"\n`);
    await add({ kind: 'systemd', path: file });
    await apply();
    expect(text(file)).toBe(`; top\nMOLTBOTDEN_API_KEY=${NEW}\nB="x"\n`);
  });
});

describe('a command', () => {
  it('gets the value on stdin or in its environment, never in its arguments', async () => {
    await add(command('cat > got; tr "\\0" " " < /proc/$$/cmdline > argv; env > environment'));
    await apply();
    expect(text(path.join(folder, 'got'))).toBe(NEW);
    expect(text(path.join(folder, 'argv')) + text(path.join(folder, 'environment'))).not.toContain(
      'NewCanary',
    );
    await core.call('deployments.remove', { key: 'dev/k' });
    await add(command('printf %s "$MOLTBOTDEN_API_KEY" > got2; env > environment', { give: 'environment' }));
    await apply();
    expect(text(path.join(folder, 'got2'))).toBe(NEW);
    expect(text(path.join(folder, 'environment'))).toContain('KEYMOLT_KEY_NAME=k');
  });

  it('that fails says how, with its output masked', async () => {
    await add(command('echo "cannot store $(cat)" >&2; exit 3'));
    await expect(apply()).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
      message: expect.stringMatching(/ended with 3; it said: cannot store \[molt:k\]/) as unknown,
    });
  });

  it('that does not end is stopped with all it started', async () => {
    await add(command('sleep 60 & echo $! > pid; sleep 60', { timeout_ms: 1000 }));
    await expect(apply()).rejects.toMatchObject({ code: 'DEPLOY_FAILED' });
    const child = Number(text(path.join(folder, 'pid')));
    await eventually('its child ends', () => !isRunning(child));
  });

  it('is run on the way back only if it may have got the new value', async () => {
    await add(command('cat >> calls; echo >> calls; [ ! -f fail ]'));
    expect(await putBack()).toMatch(/not run/);
    fs.writeFileSync(path.join(folder, 'fail'), '');
    await expect(apply()).rejects.toMatchObject({ code: 'DEPLOY_FAILED' });
    fs.rmSync(path.join(folder, 'fail'));
    await putBack();
    expect(text(path.join(folder, 'calls'))).toBe(`${NEW}\n${OLD}\n`);
    expect(await putBack()).toMatch(/not run/);
  });

  it('cannot have the value in its arguments', async () => {
    const file = program('program', 'true');
    await expect(
      add({ kind: 'command', argv: [file, `--key=${OLD}`], cwd: folder, give: 'stdin' }),
    ).rejects.toMatchObject({ code: 'BAD_VALUE' });
    await expect(
      add({ kind: 'command', argv: ['/nowhere/program'], cwd: folder, give: 'stdin' }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
