import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyView } from '../../../src-shared/contract/views.ts';
import { AgentHome, codeOf, type Ended } from '../../support/homes/agent-home.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheKeyTests0001';

let home: AgentHome;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
});
afterAll(async () => {
  expect(home.printed + home.log).not.toContain(CANARY);
  expect(home.printed + home.log).not.toContain('Canary5Pl4nted');
  await home.dispose();
});

const keymolt = (line: string, input?: string | Buffer): Promise<Ended> =>
  home.keymolt(line.split(' '), input === undefined ? {} : { input });
const key = async (line: string): Promise<Record<string, unknown>> => {
  const ended = await keymolt(`${line} --json`);
  expect(ended.stderr).toBe('');
  return (JSON.parse(ended.stdout) as { key: Record<string, unknown> }).key;
};

describe('key add', () => {
  it('takes a value from a file, and answers with everything but the value', async () => {
    const file = path.join(home.folder, 'value');
    writeFileSync(file, `${CANARY}\n`);
    const { stdout } = await home.ok(
      ...[
        'key',
        'add',
        'agent',
        '--platform',
        'den-hosting',
        '--value-file',
        file,
        '--owner',
        'ops',
        '--purpose',
        'a “b” c',
      ],
      ...[
        '--scope',
        'read',
        '--scope',
        'write',
        '--expires',
        '2031-01-31',
        '--rotate-every',
        '30d',
        '--key-id',
        'key_1',
        '--json',
      ],
    );
    const answer = JSON.parse(stdout) as { schema: number; key: unknown };
    expect(answer.schema).toBe(1);
    expect(keyView.parse(answer.key)).toMatchObject({
      name: 'agent',
      env: 'dev',
      mode: 'test',
      platform: 'den-hosting',
      status: 'active',
      key_id: 'key_1',
      owner: 'ops',
      project: null,
      purpose: 'a “b” c',
      scopes: ['read', 'write'],
      rotate_every_days: 30,
      expires_at: expect.stringMatching(/^2031-01-31T00:00:00/) as unknown,
      var: 'MOLTBOTDEN_API_KEY',
      prefix: 'mbd_test_Can',
    });
  });

  it('drops one newline of stdin and keeps the rest, with a warning for what is odd', async () => {
    for (const [name, input] of [
      ['lf', `${CANARY}\n`],
      ['crlf', `${CANARY}\r\n`],
      ['bare', CANARY],
    ] as const) {
      expect((await keymolt(`key add ${name} --platform den-hosting --value-file -`, input)).status).toBe(0);
    }
    const { keys } = JSON.parse((await home.ok('key', 'list', '--json')).stdout) as {
      keys: { fingerprint: string }[];
    };
    expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    const padded = await keymolt('key add padded --platform den-hosting --value-file -', ` ${CANARY}x`);
    expect([padded.status, padded.stderr]).toEqual([0, expect.stringMatching(/^keymolt: warning: /)]);
  });

  it.each([
    ['nothing', ''],
    ['a newline', '\n'],
    ['blanks', '   \n'],
    ['two lines', `${CANARY}\n${CANARY}\n`],
    ['two newlines', `${CANARY}\n\n`],
    ['a NUL', `${CANARY}\0x`],
    ['not UTF-8', Buffer.from([0x6d, 0x80, 0xff])],
    ['32,769 bytes', 'x'.repeat(32_769)],
    ['a megabyte', 'x'.repeat(1_048_576)],
  ])('refuses %s', async (_name, input) => {
    const ended = await keymolt('key add bad --platform den-hosting --value-file -', input);
    expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_VALUE']);
  });

  it('takes 32,768 bytes, and an emoji', async () => {
    expect(
      (await keymolt('key add large --platform den-hosting --value-file - -e staging', 'x'.repeat(32_768)))
        .status,
    ).toBe(0);
    expect(
      (await keymolt('key add emoji --platform den-hosting --value-file - -e staging', 'crab-🦀-crab-🦀'))
        .status,
    ).toBe(0);
    await home.ok('key', 'forget', 'staging/large', '--yes');
    await home.ok('key', 'forget', 'emoji', '-e', 'staging', '--yes');
  });

  it.each(['a/b/c', '../x', '-x', 'a b', 'é', 'a\u202eb', 'x'.repeat(201)])(
    'refuses the name %j',
    async (name) => {
      const ended = await home.keymolt(
        ['key', 'add', '--platform', 'den-hosting', '--value-file', '-', '--', name],
        { input: CANARY },
      );
      expect(ended.status).toBe(2);
      expect(ended.stderr).not.toContain('\u202e');
    },
  );

  it.each([
    ['key add agent --platform den-hosting --value-file -', 11, 'KEY_EXISTS'],
    ['key add x --platform no-such --value-file -', 10, 'PLATFORM_NOT_FOUND'],
    ['key add x --platform den-hosting -e no-such --value-file -', 10, 'ENV_NOT_FOUND'],
    ['key add x --value-file -', 2, 'USAGE'],
    ['key add x --platform den-hosting --value-file - --var PATH', 2, 'VARIABLE_RESERVED'],
    ['key add x --platform den-hosting --value-file - --expires tomorrow', 2, 'USAGE'],
    ['key add x --platform den-hosting --value-file - --rotate-every 36h', 2, 'USAGE'],
  ])('`%s` ends with %i', async (line, status, code) => {
    const ended = await keymolt(line, CANARY);
    expect([ended.status, codeOf(ended)]).toEqual([status, code]);
  });
});

describe('an environment of a key', () => {
  it('is -e before a prefix before dev', async () => {
    await keymolt('key add staging/where --platform den-hosting --value-file -', `${CANARY}w`);
    expect((await key('key show staging/where'))['env']).toBe('staging');
    expect((await key('key show where -e staging'))['env']).toBe('staging');
    expect((await keymolt('key show where')).status).toBe(10);
    const overruled = await keymolt('key show dev/where -e staging --json');
    expect(overruled.status).toBe(0);
    expect(overruled.stderr).toBe('keymolt: -e staging goes before the prefix of dev/where\n');
  });
});

describe('key list', () => {
  it('has all environments, or one, and filters', async () => {
    const names = async (line: string) =>
      (
        JSON.parse((await keymolt(`key list --json ${line}`.trim())).stdout) as {
          keys: { env: string; name: string }[];
        }
      ).keys.map(({ env, name }) => `${env}/${name}`);
    expect(await names('')).toEqual(expect.arrayContaining(['dev/agent', 'staging/where']));
    expect(await names('-e staging')).toEqual(['staging/where']);
    expect(await names('--owner ops')).toEqual(['dev/agent']);
    expect(await names('--due 31d')).toEqual(['dev/agent']);
    expect((await keymolt('key list --due soon')).status).toBe(2);
  });

  it('is an aligned table without colours in a pipe', async () => {
    const { stdout } = await home.ok('key', 'list');
    const [titles = '', ...rows] = stdout.trimEnd().split('\n');
    expect(titles).toMatch(/^ENV +NAME +STATUS +DUE/);
    for (const row of rows) expect(row.indexOf('active')).toBe(titles.indexOf('STATUS'));
    expect(stdout).not.toContain('\u001b');
    expect((await home.keymolt(['key', 'list'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    expect(
      (await home.keymolt(['key', 'list', '--no-color'], { env: { FORCE_COLOR: '1' } })).stdout,
    ).not.toContain('\u001b');
  });
});

describe('key edit', () => {
  it('changes what is said, and nothing else', async () => {
    const before = await key('key show agent');
    const ended = await home.keymolt(['key', 'edit', 'agent', '--owner', '', '--project', 'den', '--json']);
    const after = (JSON.parse(ended.stdout) as { key: Record<string, unknown> }).key;
    expect(after).toEqual({ ...before, owner: null, project: 'den' });
  });

  it('changes the value', async () => {
    const before = await key('key show lf');
    await keymolt('key edit lf --value-file -', `${CANARY}-new`);
    expect((await key('key show lf'))['fingerprint']).not.toBe(before['fingerprint']);
  });

  it('wants something to change, and a key to change', async () => {
    expect(codeOf(await keymolt('key edit agent'))).toBe('USAGE');
    expect((await keymolt('key edit absent --owner me')).status).toBe(10);
  });
});

describe('what destroys', () => {
  it.each(['key forget agent', 'key revoke agent', 'key revoke --all -e dev'])(
    '`%s` wants a confirmation',
    async (line) => {
      const ended = await keymolt(`${line} --no-input`);
      expect([ended.status, codeOf(ended)]).toEqual([2, 'INPUT_REQUIRED']);
      expect((await keymolt('key show agent')).status).toBe(0);
    },
  );

  it('`key revoke` wants one key or all of one environment', async () => {
    for (const line of [
      'key revoke --yes',
      'key revoke --all --yes',
      'key revoke agent --all -e dev --yes',
    ]) {
      expect(codeOf(await keymolt(line))).toBe('USAGE');
    }
  });

  it('`key forget --yes` takes it out of the vault', async () => {
    await home.ok('key', 'forget', 'bare', '--yes');
    expect((await keymolt('key show bare')).status).toBe(10);
  });

  it('`key revoke` cannot end what it has no id for', async () => {
    const ended = await keymolt('key revoke crlf --yes');
    expect([ended.status, codeOf(ended)]).toEqual([10, 'KEY_ID_UNKNOWN']);
  });
});

describe('import', () => {
  it('takes the keys it knows, and tells of the others by name', async () => {
    const file = path.join(home.folder, '.env');
    const content = [
      '\ufeff# a comment',
      'export FIRST_KEY="mbd_test_Canary5Pl4ntedImport000000000001"',
      "SECOND='moltbotden_sk_00000000000000000000000000c0ffee'",
      'PORT=8080',
      'REFERENCE=molt://dev/agent',
      'WRONG=mbd_test_tooshort',
      'NODE_OPTIONS=mbd_test_Canary5Pl4ntedImport000000000002',
    ].join('\r\n');
    writeFileSync(file, content);
    const { stdout } = await home.ok('import', file, '-e', 'staging', '--json');
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      taken: [
        { variable: 'FIRST_KEY', key: 'staging/first-key' },
        { variable: 'SECOND', key: 'staging/second' },
      ],
      already_there: [],
      not_taken: expect.arrayContaining(
        ['NODE_OPTIONS', 'PORT', 'REFERENCE', 'WRONG'].map((variable) => ({
          variable,
          why: expect.any(String) as unknown,
        })),
      ) as unknown,
    });
    expect(await key('key show staging/first-key')).toMatchObject({
      var: 'FIRST_KEY',
      platform: 'den-hosting',
      mode: 'test',
    });
    expect((await home.ok('import', file, '-e', 'staging')).stdout).toMatch(
      /^FIRST_KEY +already there +staging\/first-key$/m,
    );
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect((await keymolt('import absent.env')).status).toBe(10);
    expect((await home.keymolt(['import', '/dev/zero'])).stderr).toMatch(
      /BAD_FILE: .* more than 1048576 bytes/,
    );
  });

  it('takes a key whose format has no prefix where the platform is named', async () => {
    const file = path.join(home.folder, 'moltbot.env');
    writeFileSync(file, 'MOLTBOT_KEY=0123456789abcdef00ca4a9900c0ffee\nPORT=8080\n');
    const taken = async (...more: string[]) =>
      JSON.parse((await home.ok('import', file, '-e', 'staging', '--json', ...more)).stdout) as unknown;
    expect(await taken()).toMatchObject({ taken: [] });
    expect(await taken('--platform', 'moltbot')).toMatchObject({
      taken: [{ variable: 'MOLTBOT_KEY', key: 'staging/moltbot-key' }],
      not_taken: [{ variable: 'PORT' }],
    });
  });
});

describe('read', () => {
  /** Apart from `home.keymolt`, whose output is searched for the value. */
  const read = async (...args: string[]): Promise<Ended> => {
    const { printed } = home;
    const ended = await home.keymolt(['read', ...args]);
    home.printed = printed + ended.stderr;
    return ended;
  };

  it('prints the value alone, and only when told to', async () => {
    expect((await read('agent', '--reveal')).stdout).toBe(`${CANARY}\n`);
    expect((await read('molt://dev/agent', '--reveal')).stdout).toBe(`${CANARY}\n`);
    expect((await read('molt://dev/agent/value', '--reveal')).stdout).toBe(`${CANARY}\n`);
    for (const args of [
      ['agent'],
      ['molt://dev/agent'],
      ['agent', '--yes'],
      ['agent', '--json', '--reveal'],
      ['molt://dev/agent/value'],
    ]) {
      const ended = await read(...args);
      expect([args, ended.status, ended.stdout]).toEqual([args, 2, '']);
    }
  });

  it('prints the other fields without asking', async () => {
    expect((await read('molt://dev/agent/key_id')).stdout).toBe('key_1\n');
    expect((await read('molt://dev/agent/prefix')).stdout).toBe('mbd_test_Can\n');
    expect((await read('molt://dev/agent/fingerprint')).stdout).toMatch(/^[0-9a-f]{16}\n$/);
  });

  it.each([
    ['molt://dev/absent', 10],
    ['molt://dev/agent/secret', 2],
    ['molt://dev', 2],
    ['molt://', 2],
    ['absent', 10],
  ])('ends for %s with %i', async (reference, status) => {
    expect((await read(reference, '--reveal')).status).toBe(status);
  });
});

describe('key copy', () => {
  it('says so where there is no clipboard', async () => {
    const ended = await keymolt('key copy agent');
    expect([ended.status, codeOf(ended)]).toEqual([1, 'CLIPBOARD_UNAVAILABLE']);
  });
});

describe('--debug and the agent’s log', () => {
  it('show what is done and no value', async () => {
    const ended = await keymolt(
      'key add debugged --platform den-hosting --value-file - --debug',
      `${CANARY}d`,
    );
    expect(ended.stderr).toMatch(/debug: connected to .*agent\.sock/);
    expect(ended.stderr).toMatch(/debug: keys\.add: \d+ ms/);
  });
});
