import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CLI, codeOf, type Ended, runProgram } from '../../support/homes/agent-home.ts';
import { homeWithKeys } from '../../support/homes/home-with-keys.ts';
import { keymoltOnTerminal } from '../../support/homes/terminal-session.ts';

const DEV = 'mbd_test_Canary5Pl4ntedForProjectFile0001';
const STAGING = 'mbd_test_Canary5Pl4ntedForProjectFile0002';
const LIVE = 'mbd_live_Canary5Pl4ntedForProjectFile0003';

const { home, hear } = homeWithKeys(
  ['agent', DEV],
  ['agent', STAGING, '-e', 'staging'],
  ['only-here', `${STAGING}x`, '-e', 'staging', '--var', 'ONLY_HERE'],
  ['deploy', LIVE, '-e', 'prod'],
);
let repository: string;

let number = 0;
beforeEach(() => {
  number += 1;
  repository = path.join(home.folder, `repository-${number}`);
  mkdirSync(path.join(repository, 'deep', 'down'), { recursive: true });
  mkdirSync(path.join(repository, '.git'));
  onBranch('main');
});

const onBranch = (name: string): void =>
  writeFileSync(path.join(repository, '.git', 'HEAD'), `ref: refs/heads/${name}\n`);
const project = (content: object | string, folder = repository): void =>
  writeFileSync(
    path.join(folder, '.keymolt.json'),
    typeof content === 'string' ? content : JSON.stringify({ schema: 1, ...content }),
  );
const keymolt = async (args: readonly string[], cwd = repository): Promise<Ended> => {
  const ended = await runProgram(process.execPath, [CLI, ...args], { env: home.env, cwd });
  hear(ended.stderr);
  return ended;
};
/** What a child is given, by variable. */
const injected = async (args: readonly string[], cwd = repository): Promise<Record<string, string>> => {
  const script =
    'const e = process.env; console.log(JSON.stringify(Object.fromEntries(Object.entries(e).filter(([n]) => /^(MOLTBOTDEN_|ONLY|MY_)/.test(n)))))';
  const ended = await keymolt(['run', '--mask', 'never', ...args, '--', process.execPath, '-e', script], cwd);
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout) as Record<string, string>;
};
const chosenEnv = async (args: readonly string[], cwd = repository): Promise<string | undefined> =>
  (await injected(args, cwd))['MOLTBOTDEN_ENV'];

describe('the environment', () => {
  it('is of the branch, of the project, of -e', async () => {
    project({ default_env: 'dev', git_branch_env: { main: 'staging' } });
    expect(await chosenEnv(['--yes', '--only', 'agent'], path.join(repository, 'deep', 'down'))).toBe(
      'staging',
    );
    onBranch('feature/other');
    expect(await chosenEnv([])).toBe('dev');
    expect(await chosenEnv(['-e', 'staging', '--only', 'agent'])).toBe('staging');
  });

  it('is of the project for every command of one environment, behind -e and the prefix of a name', async () => {
    project({ default_env: 'staging' });
    const shown = async (...args: string[]) => {
      const ended = await keymolt(['key', 'show', ...args, '--json', '--yes']);
      return (JSON.parse(ended.stdout) as { key: { env: string } }).key.env;
    };
    expect(await shown('agent')).toBe('staging');
    expect(await shown('dev/agent')).toBe('dev');
    expect(await shown('agent', '-e', 'dev')).toBe('dev');
    const { stdout } = await keymolt(['key', 'list', '--json']);
    expect(new Set((JSON.parse(stdout) as { keys: { env: string }[] }).keys.map(({ env }) => env)).size).toBe(
      3,
    );
  });

  it('is that of a bare name for `resolve`, once the file is confirmed; other names need no file', async () => {
    project({ default_env: 'staging' });
    const answer = async (...flags: string[]) => {
      const input = JSON.stringify({ protocolVersion: 1, provider: 'x', ids: ['agent', 'dev/agent'] });
      const ended = await runProgram(process.execPath, [CLI, 'resolve', ...flags], {
        env: home.env,
        cwd: repository,
        input,
      });
      expect([ended.status, ended.stderr]).toEqual([0, '']);
      return JSON.parse(ended.stdout) as { values: object; errors: Record<string, { code: string }> };
    };
    const unconfirmed = await answer();
    expect(unconfirmed.values).toEqual({ 'dev/agent': DEV });
    expect(unconfirmed.errors['agent']?.code).toBe('INPUT_REQUIRED');
    expect((await answer('-e', 'dev')).values).toEqual({ agent: DEV, 'dev/agent': DEV });
    expect((await answer('--yes')).values).toEqual({ agent: STAGING, 'dev/agent': DEV });
    expect((await answer()).values).toEqual({ agent: STAGING, 'dev/agent': DEV });
  });

  it('is that of a bare name where a shell completes it, and pressing a key confirms nothing', async () => {
    project({ default_env: 'staging' });
    const offered = async (...words: string[]) =>
      (await keymolt(['completion', 'bash', '--', ...words])).stdout.split('\n').filter(Boolean);
    expect(await offered('key', 'show', 'ag')).toEqual(['agent']);
    expect(await offered('key', 'show', 'staging')).toEqual(['staging/agent', 'staging/only-here']);
    expect(codeOf(await keymolt(['run', '--no-input', '--', 'true']))).toBe('INPUT_REQUIRED');
    await keymolt(['key', 'show', 'agent', '--yes']);
    expect(await offered('key', 'show', 'dev')).toEqual(['dev/agent']);
    expect(await offered('run', '--only', 'only')).toEqual(['only-here']);
  });

  it('is told by the repository’s own files: worktrees have a branch, a detached HEAD has none', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: repository,
        env: { PATH: process.env['PATH'], HOME: home.folder, GIT_CONFIG_NOSYSTEM: '1' },
        stdio: 'pipe',
      });
    rmSync(path.join(repository, '.git'), { recursive: true });
    git('init', '-q', '-b', 'main');
    project({ default_env: 'dev', git_branch_env: { 'release/1.0': 'staging' } });
    git('add', '.keymolt.json');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-qm', 'x');
    const tree = path.join(home.folder, `worktree-${number}`);
    git('worktree', 'add', '-q', '-b', 'release/1.0', tree);
    expect(await chosenEnv(['--yes', '--only', 'agent'], tree)).toBe('staging');
    expect(await chosenEnv(['--yes'])).toBe('dev');
    git('-C', tree, 'checkout', '-q', '--detach');
    expect(await chosenEnv([], tree)).toBe('dev');
  });
});

describe('a file', () => {
  it('is confirmed once, and again after every change', async () => {
    project({ default_env: 'staging' });
    const refused = await keymolt(['run', '--no-input', '--only', 'agent', '--', 'true']);
    expect([refused.status, codeOf(refused)]).toEqual([125, 'INPUT_REQUIRED']);
    expect(refused.stderr).toContain('--yes');
    expect((await keymolt(['key', 'show', 'agent'])).status).toBe(2);
    expect(await chosenEnv(['--yes', '--only', 'agent'])).toBe('staging');
    expect(await chosenEnv(['--no-input', '--only', 'agent'])).toBe('staging');
    appendFileSync(path.join(repository, '.keymolt.json'), '\n');
    const changed = await keymolt(['run', '--no-input', '--only', 'agent', '--', 'true']);
    expect(changed.stderr).toContain('has changed since it was confirmed');
    expect(statSync(path.join(home.home, 'projects.json')).mode & 0o777).toBe(0o600);
  });

  it('is confirmed in its place: a copy elsewhere is another one, and so is another home', async () => {
    project({ default_env: 'staging' });
    await chosenEnv(['--yes', '--only', 'agent']);
    const copy = path.join(repository, 'deep');
    project({ default_env: 'staging' }, copy);
    expect(codeOf(await keymolt(['run', '--no-input', '--', 'true'], copy))).toBe('INPUT_REQUIRED');
    writeFileSync(path.join(home.home, 'projects.json'), 'damaged');
    expect(codeOf(await keymolt(['run', '--no-input', '--', 'true']))).toBe('INPUT_REQUIRED');
    expect(await chosenEnv(['--yes', '--only', 'agent'])).toBe('staging');
    expect(await chosenEnv(['--only', 'agent'])).toBe('staging');
  });

  it('is shown to a person, who may say no', async () => {
    project({ default_env: 'staging', inject: { MY_KEY: 'molt://${env}/agent' } });
    const ask = () => keymoltOnTerminal(home, ['run', '--', 'sh', '-c', 'echo got ${#MY_KEY}'], repository);
    const no = ask();
    await no.sees('has not been confirmed');
    await no.sees('environment: staging (on branch main)');
    await no.sees('MY_KEY = molt://staging/agent');
    await no.sees('[y/N] ');
    no.type('\r');
    expect(await no.ended()).toBe(130);
    const yes = ask();
    await yes.sees('[y/N] ');
    yes.type('y\r');
    await yes.sees('got 41');
    expect(await yes.ended()).toBe(0);
    const again = ask();
    expect(await again.ended()).toBe(0);
    expect(again.output).not.toContain('[y/N]');
  });

  it('counts up to the root of its repository, and outside of one in its own folder alone', async () => {
    project({ default_env: 'staging' });
    mkdirSync(path.join(repository, 'deep', '.git'));
    expect(await chosenEnv([], path.join(repository, 'deep', 'down'))).toBe('dev');
    const plain = path.join(home.folder, `plain-${number}`);
    mkdirSync(path.join(plain, 'below'), { recursive: true });
    project({ default_env: 'staging' }, plain);
    expect(await chosenEnv(['--yes', '--only', 'agent'], plain)).toBe('staging');
    expect(await chosenEnv([], path.join(plain, 'below'))).toBe('dev');
  });

  it.each([
    ['turns masking off', { mask: 'never' }, 'BAD_FILE', 'sets "mask"'],
    ['relaxes approval', { approve: 'never' }, 'BAD_FILE', 'sets "approve"'],
    ['allows live keys', { allow_live: true }, 'BAD_FILE', 'sets "allow_live"'],
    ['sets PATH', { inject: { PATH: 'molt://dev/agent' } }, 'VARIABLE_RESERVED', 'sets PATH'],
    [
      'sets NODE_OPTIONS',
      { inject: { NODE_OPTIONS: 'molt://dev/agent' } },
      'VARIABLE_RESERVED',
      'NODE_OPTIONS',
    ],
    [
      'puts a live key into tests',
      { inject: { MY_KEY: 'molt://prod/deploy' } },
      'MODE_MISMATCH',
      'prod/deploy',
    ],
    ['is of another schema', '{"schema":9}', 'BAD_FILE', 'schema 1'],
    ['is too long', `{"schema":1}${' '.repeat(65_536)}`, 'BAD_FILE', '65536'],
  ])('is refused where it %s, confirmed or not', async (_what, content, code, words) => {
    project(content);
    const ended = await keymolt(['run', '--yes', '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, code]);
    expect(ended.stderr).toContain(words);
  });

  it('that is a pipe keeps nobody waiting', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(repository, '.keymolt.json')]);
    expect(codeOf(await keymolt(['run', '--yes', '--', 'true']))).toBe('BAD_FILE');
  });
});

describe('what it injects', () => {
  it('stands in the place of the default set, in whatever environment is chosen', async () => {
    project({
      default_env: 'staging',
      inject: { MY_KEY: 'molt://${env}/agent', MY_PRINT: 'molt://${env}/agent/fingerprint' },
    });
    const staging = await injected(['--yes']);
    expect(staging).toMatchObject({ MY_KEY: STAGING, MOLTBOTDEN_ENV: 'staging' });
    expect(staging).not.toHaveProperty('ONLY_HERE');
    expect(staging).not.toHaveProperty('MOLTBOTDEN_API_KEY');
    expect((await injected(['-e', 'dev']))['MY_KEY']).toBe(DEV);
  });

  it('is narrowed by --only, and gives way to --env-file and --map', async () => {
    project({
      default_env: 'staging',
      inject: { MY_KEY: 'molt://${env}/agent', MY_OTHER: 'molt://${env}/only-here' },
    });
    expect(Object.keys(await injected(['--yes', '--only', 'only-here']))).not.toContain('MY_KEY');
    const missing = await keymolt(['run', '--only', 'absent', '--', 'true']);
    expect([missing.status, codeOf(missing)]).toEqual([125, 'KEY_NOT_FOUND']);
    const file = path.join(repository, 'x.env');
    writeFileSync(file, 'MY_KEY=molt://dev/agent\nMY_PLAIN=1\n');
    expect(await injected(['--env-file', file])).toMatchObject({ MY_KEY: DEV, MY_PLAIN: '1' });
    expect(await injected(['--env-file', file, '--map', 'MY_KEY=only-here'])).toMatchObject({
      MY_KEY: `${STAGING}x`,
      MY_OTHER: `${STAGING}x`,
    });
  });

  it('may be nothing at all', async () => {
    project({ inject: {} });
    expect(codeOf(await keymolt(['run', '--yes', '--', 'true']))).toBe('NOTHING_TO_INJECT');
    expect(await injected(['--map', 'MY_KEY=agent'])).toMatchObject({ MY_KEY: DEV });
  });
});

it('without a vault nothing is asked about a project file, and nothing is written', async () => {
  project({ default_env: 'staging' });
  const elsewhere = path.join(home.folder, 'no-vault');
  const env = { ...home.env, KEYMOLT_HOME: elsewhere };
  const ended = await runProgram(process.execPath, [CLI, 'run', '--yes', '--', 'true'], {
    env,
    cwd: repository,
  });
  expect(codeOf(ended)).toBe('VAULT_MISSING');
  expect(existsSync(elsewhere)).toBe(false);
  expect(readFileSync(path.join(repository, '.keymolt.json'), 'utf8')).toContain('staging');
});
