import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentAnswer, deploymentsAnswer } from '../../../src-shared/contract/views.ts';
import { AgentHome, codeOf } from '../../support/homes/agent-home.ts';

let home: AgentHome;
const seen = new Set<string>();
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.ok('sandbox', 'start', '--tier', 'forge');
  await home.ok('key', 'create', 'worker', '--platform', 'sandbox-hosting');
  const { stdout } = await home.keymolt(['read', 'worker', '--reveal']);
  seen.add(stdout.trim());
  home.printed = '';
});
afterAll(async () => {
  expect(seen.size).toBeGreaterThan(1);
  for (const value of seen) expect(home.printed + home.log).not.toContain(value);
  await home.ok('sandbox', 'stop');
  await home.dispose();
});

const inFolder = (...args: string[]) => home.keymolt([...args, '--no-input'], { cwd: home.folder });
const variable = (file: string): string =>
  /^(?:export )?MOLTBOTDEN_API_KEY="?([^"\r\n#]*?)"?(?: #.*)?\r?$/m.exec(readFileSync(file, 'utf8'))?.[1] ??
  '';

describe('deploy', () => {
  it('brings a rotated key into a .env file and to a command', async () => {
    const file = path.join(home.folder, '.env');
    const [old] = seen;
    const around = (value: string) => `# top\r\nA='1'\r\nexport MOLTBOTDEN_API_KEY="${value}" # why\r\nB=2`;
    writeFileSync(file, around(old!), { mode: 0o640 });
    chmodSync(file, 0o640);
    const added = await inFolder('deploy', 'add', 'worker', '--dotenv', '.env', '--json');
    expect([added.status, added.stderr]).toEqual([0, '']);
    expect(deploymentAnswer.parse(JSON.parse(added.stdout)).target).toMatchObject({
      path: file,
      variable: 'MOLTBOTDEN_API_KEY',
    });
    expect((await inFolder('deploy', 'add', 'worker', '--command', 'tee got')).status).toBe(0);
    const listed = deploymentsAnswer.parse(JSON.parse((await inFolder('deploy', 'list', '--json')).stdout));
    expect(listed.targets.map(({ kind }) => kind)).toEqual(['dotenv', 'command']);

    const tested = await inFolder('deploy', 'test', 'worker');
    expect([tested.status, tested.stdout]).toEqual([
      0,
      expect.stringMatching(/line 3: export MOLTBOTDEN_API_KEY=\[molt:worker\]/) as unknown,
    ]);

    const rotated = await inFolder('rotate', 'start', 'worker');
    expect([rotated.status, rotated.stderr]).toEqual([0, expect.anything() as unknown]);
    const value = variable(file);
    seen.add(value);
    expect(value).not.toBe(old);
    expect(readFileSync(file, 'utf8')).toBe(around(value));
    expect(readFileSync(path.join(home.folder, 'got'), 'utf8')).toBe(value);
  });

  it('stops a rotation at a file that cannot be written, and goes on once it can', async () => {
    const file = path.join(home.folder, '.env');
    const before = readFileSync(file, 'utf8');
    chmodSync(file, 0o440);
    expect((await inFolder('deploy', 'test', 'worker')).status).toBe(1);
    const stopped = await inFolder('rotate', 'start', 'worker');
    expect([stopped.status, codeOf(stopped)]).toEqual([9, 'ROTATION_UNFINISHED']);
    expect(readFileSync(file, 'utf8')).toBe(before);
    chmodSync(file, 0o640);
    expect((await inFolder('rotate', 'resume', 'worker')).status).toBe(0);
    seen.add(variable(file));
    expect(readFileSync(file, 'utf8')).not.toBe(before);
  });

  it.each([
    [['--dotenv', 'nowhere'], 10, 'FILE_NOT_FOUND'],
    [['--dotenv', '.env#NOT_THERE'], 10, 'TARGET_NOT_FOUND'],
    [['--dotenv', '.env'], 11, 'TARGET_EXISTS'],
    [['--command', 'no-such-program'], 10, 'FILE_NOT_FOUND'],
    [['--command', 'echo $HOME'], 2, 'USAGE'],
    [['--process', '--dotenv', '.env'], 2, 'USAGE'],
    [[], 2, 'USAGE'],
  ])('add %j exits with %d, %s', async (flags, status, code) => {
    const ended = await inFolder('deploy', 'add', 'worker', ...flags);
    expect([ended.status, codeOf(ended)]).toEqual([status, code]);
  });

  it('takes targets off the list', async () => {
    expect((await inFolder('deploy', 'remove', 'worker', '--dotenv', '.env')).status).toBe(0);
    expect((await inFolder('deploy', 'remove', 'worker', '--dotenv', '.env')).status).toBe(10);
    expect((await inFolder('deploy', 'remove', 'worker', '--all')).status).toBe(0);
    expect((await inFolder('deploy', 'list')).stdout).toBe('no targets\n');
  });
});
