import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentHome, CLI, codeOf, type Ended, runProgram } from '../../support/homes/agent-home.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForReferences00001';
const ODD = 'odd "quoted" \\ back\tslash é 🦀 canary-odd';
const LIVE = 'mbd_live_Canary5Pl4ntedForReferences00003';

let home: AgentHome;
let work: string;
let said = '';
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.addKey('agent', CANARY, '--key-id', 'key_1');
  await home.addKey('odd', ODD);
  await home.addKey('deploy', LIVE, '-e', 'prod');
  work = path.join(home.folder, 'work');
  mkdirSync(work);
  await home.ok('lock');
  await home.unlockElsewhere();
});
afterAll(async () => {
  for (const value of [CANARY, LIVE, 'canary-odd']) expect(said + home.log).not.toContain(value);
  await home.dispose();
});

const keymolt = async (args: readonly string[], input = ''): Promise<Ended> => {
  const ended = await runProgram(process.execPath, [CLI, ...args], { env: home.env, cwd: work, input });
  said += ended.stderr;
  return ended;
};

describe('inject', () => {
  let number = 0;
  const inject = async (template: string | Buffer, ...flags: string[]) => {
    number += 1;
    const [input, output] = [path.join(work, `t${number}`), path.join(work, `o${number}`)];
    writeFileSync(input, template);
    const ended = await keymolt(['inject', '-i', input, '-o', output, '--no-input', ...flags]);
    said += ended.stdout;
    return { ended, output, written: () => readFileSync(output) };
  };

  it('fills a template in, byte for byte elsewhere, for its owner alone', async () => {
    const head = Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a]);
    const { ended, output, written } = await inject(
      Buffer.concat([
        head,
        Buffer.from(
          'a={{ molt://dev/agent }}\nb={{molt://dev/odd}}{{ molt://dev/agent/key_id }}\n{{ other }} molt://dev/agent {{{}}',
        ),
      ]),
    );
    expect(ended.status).toBe(0);
    expect(written()).toEqual(
      Buffer.concat([head, Buffer.from(`a=${CANARY}\nb=${ODD}key_1\n{{ other }} molt://dev/agent {{{}}`)]),
    );
    expect(statSync(output).mode & 0o777).toBe(0o600);
    expect(readdirSync(work).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('takes the template on stdin, and tells of itself in JSON', async () => {
    const ended = await keymolt(
      ['inject', '-i', '-', '-o', 'from-stdin', '--file-mode', '0640', '--json'],
      '{{ molt://dev/agent }}',
    );
    expect(JSON.parse(ended.stdout)).toEqual({
      schema: 1,
      path: path.join(work, 'from-stdin'),
      mode: '0640',
      references: 1,
    });
    expect(readFileSync(path.join(work, 'from-stdin'), 'utf8')).toBe(CANARY);
    expect(statSync(path.join(work, 'from-stdin')).mode & 0o777).toBe(0o640);
  });

  it('names every reference that is unknown, with its line, and writes nothing', async () => {
    const { ended, output } = await inject(
      'x\n{{ molt://dev/absent }}\n{{ molt://dev/agent }} {{ molt://nowhere/x }}\n{{ molt://dev/odd/key_id }}',
    );
    expect([ended.status, codeOf(ended)]).toEqual([10, 'KEY_NOT_FOUND']);
    expect(ended.stderr).toMatch(
      /molt:\/\/dev\/absent in line 2: .*molt:\/\/nowhere\/x in line 3: .*molt:\/\/dev\/odd\/key_id in line 4: /,
    );
    expect(existsSync(output)).toBe(false);
  });

  it.each(['{{ molt://dev/agent', '{{ molt://dev/a b }}', '{{molt://dev/agent | upper }}', '{{ molt:// }}'])(
    'refuses %s rather than leaving it in the output',
    async (template) => {
      const { ended, output } = await inject(`first\n${template}\n`);
      expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_REFERENCE']);
      expect(ended.stderr).toContain('line 2');
      expect(existsSync(output)).toBe(false);
    },
  );

  it('never writes over a file without --force, and then replaces it', async () => {
    const file = path.join(work, 'there');
    writeFileSync(file, 'mine', { mode: 0o644 });
    linkSync(file, path.join(work, 'other-name'));
    const args = ['inject', '-i', '-', '-o', file];
    expect(codeOf(await keymolt(args, '{{ molt://dev/agent }}'))).toBe('FILE_EXISTS');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await keymolt([...args, '--force'], '{{ molt://dev/agent }}')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(CANARY);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(work, 'other-name'), 'utf8')).toBe('mine');
  });

  it('writes through no link, into no folder, and reads no endless template', async () => {
    const victim = path.join(work, 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, path.join(work, 'link'));
    symlinkSync(path.join(work, 'not-there-yet'), path.join(work, 'dangling'));
    for (const output of ['link', 'dangling', '.', '/dev/null']) {
      for (const force of [[], ['--force']]) {
        const ended = await keymolt(['inject', '-i', '-', '-o', output, ...force], '{{ molt://dev/agent }}');
        expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_FILE']);
      }
    }
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(lstatSync(path.join(work, 'link')).isSymbolicLink()).toBe(true);
    expect(existsSync(path.join(work, 'not-there-yet'))).toBe(false);
    expect(codeOf(await keymolt(['inject', '-i', '/dev/zero', '-o', 'zero']))).toBe('BAD_FILE');
    expect(codeOf(await keymolt(['inject', '-i', 'absent', '-o', 'zero']))).toBe('FILE_NOT_FOUND');
  });

  it('leaves nothing behind in a folder that takes no file', async () => {
    const closed = path.join(work, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const ended = await keymolt(
      ['inject', '-i', '-', '-o', path.join(closed, 'x')],
      '{{ molt://dev/agent }}',
    );
    // root may write everywhere.
    expect(ended.status).toBe(process.getuid?.() === 0 ? 0 : 2);
    expect(readdirSync(closed)).toEqual(process.getuid?.() === 0 ? ['x'] : []);
  });

  it('hands out a live key to those alone who were approved', async () => {
    const { ended, output } = await inject('{{ molt://prod/deploy }}');
    expect([ended.status, codeOf(ended)]).toEqual([3, 'APPROVAL_REQUIRED']);
    expect(existsSync(output)).toBe(false);
    const { ended: approved, written } = await inject(
      '{{ molt://prod/deploy }}',
      '--password-file',
      home.passphraseFile,
    );
    expect(approved.status).toBe(0);
    expect(written().toString()).toBe(LIVE);
    await home.ok('lock');
    await home.unlockElsewhere();
  });

  it.each([
    [['-o', 'x']],
    [['-i', 'x']],
    [['-i', 'x', '-o', '-']],
    [['-i', 'x', '-o', 'y', '--file-mode', '0077']],
    [['-i', 'x', '-o', 'y', '--file-mode', '4755']],
    [['-i', 'x', '-o', 'y', 'z']],
  ])('is told how it is used: %j', async (args) => {
    expect((await keymolt(['inject', ...args])).status).toBe(2);
  });
});

interface Answer {
  protocolVersion: number;
  values: Record<string, string>;
  errors: Record<string, { message: string; code: string }>;
}

describe('resolve', () => {
  const ask = async (ids: readonly unknown[], ...flags: string[]) => {
    const ended = await keymolt(
      ['resolve', ...flags],
      JSON.stringify({ protocolVersion: 1, provider: 'keymolt', ids }),
    );
    return { ended, answer: (): Answer => JSON.parse(ended.stdout) as Answer };
  };

  it('answers with values and, for what cannot be had, with errors', async () => {
    const { ended, answer } = await ask([
      'dev/agent',
      'odd',
      'dev/agent/fingerprint',
      'dev/absent',
      'nowhere/agent',
      'a/b/c/d',
      '',
      '__proto__',
      'x'.repeat(300),
      'dev/odd/key_id',
      'molt://dev/agent/key_id',
    ]);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toBe('');
    const { protocolVersion, values, errors } = answer();
    expect(protocolVersion).toBe(1);
    expect(values).toEqual({
      'dev/agent': CANARY,
      odd: ODD,
      'dev/agent/fingerprint': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      'molt://dev/agent/key_id': 'key_1',
    });
    expect(Object.keys(errors).sort()).toEqual(
      ['', '__proto__', 'a/b/c/d', 'dev/absent', 'dev/odd/key_id', 'nowhere/agent', 'x'.repeat(300)].sort(),
    );
    expect(errors['dev/absent']).toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(errors['dev/absent']?.message).toContain('absent');
  });

  it('answers 512 ids, and a request of nearly 1 MiB', async () => {
    const many = [...Array.from({ length: 511 }, (_, at) => `dev/absent-${at}`), 'dev/agent'];
    const { answer } = await ask(many);
    expect(Object.keys(answer().errors)).toHaveLength(511);
    expect(answer().values).toEqual({ 'dev/agent': CANARY });
    const large = Array.from(
      { length: 4000 },
      (_, at) => `dev/${String(at).padStart(5, '0')}-${'x'.repeat(190)}`,
    );
    const { ended, answer: all } = await ask([...large, 'dev/odd']);
    expect(ended.status).toBe(0);
    expect(Object.keys(all().errors)).toHaveLength(4000);
    expect(all().values).toEqual({ 'dev/odd': ODD });
  });

  it('keeps a live key back, and says so for that key; where nothing else was asked, with status 3', async () => {
    const mixed = await ask(['prod/deploy', 'dev/agent', 'prod/deploy/fingerprint']);
    expect(mixed.ended.status).toBe(0);
    expect(Object.keys(mixed.answer().values).sort()).toEqual(['dev/agent', 'prod/deploy/fingerprint']);
    expect(mixed.answer().errors['prod/deploy']).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const alone = await ask(['prod/deploy']);
    expect([alone.ended.status, codeOf(alone.ended)]).toEqual([3, 'APPROVAL_REQUIRED']);
    expect(alone.answer().errors['prod/deploy']?.message).toContain('keymolt unlock');
    expect(alone.ended.tookMs).toBeLessThan(20_000);
  });

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['another version', '{"protocolVersion":2,"provider":"x","ids":[]}'],
    ['no provider', '{"protocolVersion":1,"ids":[]}'],
    ['no ids', '{"protocolVersion":1,"provider":"x"}'],
    ['an id that is no text', '{"protocolVersion":1,"provider":"x","ids":[1]}'],
    ['nothing', ''],
    ['more than 1 MiB', JSON.stringify({ protocolVersion: 1, provider: 'x', ids: ['y'.repeat(1_048_576)] })],
  ])('refuses %s', async (_what, request) => {
    const ended = await keymolt(['resolve'], request);
    expect([ended.status, ended.stdout, codeOf(ended)]).toEqual([2, '', 'BAD_REQUEST']);
  });

  it('gives up on a request that does not end', async () => {
    const child = spawn(process.execPath, [CLI, 'resolve', '--timeout', '1s'], {
      env: home.env,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.write('{"protocolVersion":1,');
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([status, stderr.includes('TIMEOUT')]).toEqual([8, true]);
  });

  it('says for every id that the vault is locked, or that there is no agent', async () => {
    await home.ok('lock');
    const locked = await ask(['dev/agent', 'nonsense/']);
    expect([locked.ended.status, codeOf(locked.ended)]).toEqual([3, 'VAULT_LOCKED']);
    expect(locked.answer().values).toEqual({});
    expect(locked.answer().errors['dev/agent']).toMatchObject({ code: 'VAULT_LOCKED' });
    await home.ok('agent', 'stop');
    const without = await ask(['dev/agent']);
    expect([without.ended.status, codeOf(without.ended)]).toEqual([3, 'VAULT_LOCKED']);
    expect(home.agentPids()).toEqual([]);
  });
});
