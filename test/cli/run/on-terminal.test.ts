import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI, eventually, isRunning } from '../../support/homes/agent-home.ts';
import { homeWithKeys } from '../../support/homes/home-with-keys.ts';
import {
  jobOnTerminal,
  keymoltOnTerminal,
  onTerminal,
  scriptOnTerminal,
  type TerminalSession,
} from '../../support/homes/terminal-session.ts';

/** A child on a real terminal, in each of the three ways it is launched there, and what becomes of signals. */

const CANARY = 'mbd_test_Canary5Pl4ntedForTerminalRun0001';

const { home, hear } = homeWithKeys(['agent', CANARY]);

const WAYS = [
  ['in our place', []],
  ['beside us', ['--kill-after', '20s']],
  ['on a terminal of its own', ['--mask', 'always']],
] as const;

let number = 0;
interface Started {
  readonly session: TerminalSession;
  /** What the child wrote down: the terminal may be gone. */
  readonly log: () => string[];
  /** The child, and what it was started by. */
  readonly pids: readonly [number, number];
}

/** A child that writes down every signal, and ends with 5 upon the last of them. */
const start = async (flags: readonly string[], onLast: string, last = 'SIGTERM'): Promise<Started> => {
  number += 1;
  const file = path.join(home.folder, `signals-${number}`);
  const script = `
    const log = (text) => require('node:fs').appendFileSync(${JSON.stringify(file)}, text + '\\n');
    for (const name of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGTERM'])
      process.on(name, () => { log(name); if (name === '${last}') { ${onLast} } });
    setInterval(() => {}, 1000); log('ready ' + process.pid + ' ' + process.ppid)`;
  const session = keymoltOnTerminal(home, ['run', ...flags, '--', process.execPath, '-e', script]);
  const log = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  await eventually('the child is ready', () => log().length > 0);
  const [, pid = '', parent = ''] = log()[0]?.split(' ') ?? [];
  return { session, log, pids: [Number(pid), Number(parent)] };
};

describe.concurrent.each(WAYS)('%s', (_way, flags) => {
  it('a terminal that is closed tells the child once, and waits for what it does about it', async () => {
    const { session, log, pids } = await start(
      flags,
      'setTimeout(() => { log("cleaned"); process.exit(5) }, 300)',
      'SIGHUP',
    );
    session.hangUp();
    await session.ended();
    await eventually('it has ended', () => !isRunning(pids[0]));
    expect(log().slice(1)).toEqual(expect.arrayContaining(['SIGHUP', 'cleaned']));
    expect(log().filter((line) => line === 'SIGHUP')).toHaveLength(1);
  });

  it('a terminal that is closed leaves nothing of a child that does nothing about it', async () => {
    const cwd = mkdtempSync(path.join(home.folder, 'hung-up-'));
    const session = keymoltOnTerminal(
      home,
      ['run', ...flags, '--', 'sh', '-c', 'echo pids $$; sleep 50 & sleep 60'],
      cwd,
    );
    const ours = async () => (await home.status()).runs.find((run) => run.cwd === cwd);
    await session.sees('pids ');
    const pids = [Number(/pids (\d+)/.exec(session.output)?.[1]), (await ours())?.pid ?? 0];
    expect(pids.every(isRunning)).toBe(true);
    session.hangUp();
    await eventually('both are gone', () => !pids.some(isRunning));
    await eventually('it is no longer listed', async () => (await ours()) === undefined);
  });

  it('what somebody else sends it from another terminal, it gets once; its end is ours', async () => {
    const { session, log, pids } = await start(flags, 'setTimeout(() => process.exit(5), 200)');
    // In our place there is nobody else to send it to.
    const target = flags.length === 0 ? pids[0] : pids[1];
    const signals = ['SIGHUP', 'SIGUSR2', 'SIGCONT', 'SIGTERM'] as const;
    for (const signal of signals) {
      process.kill(target, signal);
      await eventually(signal, () => log().includes(signal));
    }
    expect(await session.ended()).toBe(5);
    hear(session.output);
    expect(log().slice(1)).toEqual(signals);
  });

  it('Ctrl-C and Ctrl-\\ reach it once each, and the next Ctrl-C too', async () => {
    const { session, log } = await start(flags, 'process.exit()', 'SIGHUP');
    const typed = ['\u0003', '\u001c', '\u0003'];
    for (const [at, key] of typed.entries()) {
      session.type(key);
      await eventually(`key ${at}`, () => log().length === at + 2);
    }
    expect(log().slice(1)).toEqual(['SIGINT', 'SIGQUIT', 'SIGINT']);
    session.hangUp();
    await session.ended();
  });

  it('does without us what it does with us: size, stop and going on', async () => {
    const waits = 'trap "stty size; exit 6" WINCH; echo rea""dy; while :; do sleep 0.05; done';
    const session = jobOnTerminal(
      home,
      // The shell's own words come in the order things happen in.
      '"$@"; echo "stopped $?"; (sleep 0.3; stty cols 91) & fg %1; echo "left $?"',
      ['run', ...flags, '--', 'bash', '-c', waits],
    );
    await session.sees('ready');
    session.type('\u001a');
    await session.sees('stopped 148');
    await session.sees(' 91');
    await session.sees('left 6');
    session.hangUp();
    await session.ended();
  });
});

describe.concurrent('a masked terminal', () => {
  const IN_MASK = ['run', '--mask', 'always', '--'];

  it('lets 5 MB through, all of it and in order, with little memory', async () => {
    // What the terminal shows is counted by its reader: each line is its number, and every thousandth has the value.
    const script = `const line = (n) => String(n).padStart(99, '.') + (n % 1000 === 0 ? process.env.MOLTBOTDEN_API_KEY : '') + '\\n';
         const { writeSync, readFileSync } = require('node:fs');
         for (let n = 0; n < 50000; n += 100) writeSync(1, Array.from({ length: 100 }, (_, at) => line(n + at)).join(''));
         const most = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/' + process.ppid + '/status', 'latin1'))[1];
         console.log('most', most)`;
    const command = [...IN_MASK, process.execPath, '-e', script];
    const session = scriptOnTerminal(home, '"$@"; echo "left $?"', command);
    await session.sees('left 0');
    await session.ended();
    const lines = session.output.split('\r\n');
    expect(lines.slice(0, 50_000).findIndex((line, at) => Number(/\d+/.exec(line)?.[0]) !== at)).toBe(-1);
    expect(session.output.match(/\[molt:agent\]/g)).toHaveLength(50);
    expect(session.output.includes('Canary5Pl4nted')).toBe(false);
    expect(Number(/most (\d+)/.exec(session.output)?.[1])).toBeLessThan(120_000);
  });

  it('is given back although the child left somebody behind on its own', async () => {
    const command = [...IN_MASK, 'sh', '-c', 'trap "" HUP; sleep 30 & echo behind $!; exit 3'];
    const session = scriptOnTerminal(home, '"$@"; echo "left $?"; stty -a', command);
    await session.sees('behind ');
    await session.sees('left 3');
    await session.ended();
    expect(session.output).toMatch(/[^-]icanon\b/);
    process.kill(Number(/behind (\d+)/.exec(session.output)?.[1]), 'SIGKILL');
  });

  it('is given up by whoever is killed: the kernel tells the child that its terminal is gone', async () => {
    const { session, log, pids } = await start(['--mask', 'always'], 'process.exit(5)', 'SIGHUP');
    process.kill(pids[1], 'SIGKILL');
    await session.ended();
    await eventually('the child has ended', () => !isRunning(pids[0]));
    expect(log().slice(1)).toContain('SIGHUP');
  });
});

describe('a grant for live keys', () => {
  it('is the terminal’s that unlocked: no other one has it, and the lock takes it from both', async () => {
    await home.addKey('deploy', CANARY.replace('mbd_test', 'mbd_live'), '-e', 'prod');
    await home.ok('lock');
    const keymolt = `'${process.execPath}' '${CLI}'`;
    const run = `${keymolt} run -e prod --no-input -- sh -c 'echo has \${#MOLTBOTDEN_API_KEY}'`;
    const on = (script: string): TerminalSession => onTerminal(home, ['bash', '-c', script]);
    const first = on(
      `${keymolt} unlock --password-file '${home.passphraseFile}'; (setsid -w ${run}); ${run}; echo wai""ting; read x; ${run}; echo left $?`,
    );
    await first.sees('APPROVAL_REQUIRED');
    await first.sees('has 41');
    await first.sees('waiting');
    const second = on(`${run}; echo left $?`);
    await second.sees('APPROVAL_REQUIRED');
    await second.sees('left 125');
    await home.ok('lock');
    await home.unlockElsewhere();
    first.type('\r');
    await first.sees('APPROVAL_REQUIRED');
    await first.sees('left 125');
    hear(first.output + second.output);
    await Promise.all([first.ended(), second.ended()]);
  });
});
