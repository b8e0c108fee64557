import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentHome, eventually, PASSPHRASE } from '../../support/homes/agent-home.ts';
import {
  jobOnTerminal,
  keymoltOnTerminal,
  scriptOnTerminal,
  type TerminalSession,
} from '../../support/homes/terminal-session.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedOnTheTerminal00001';

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

const keymolt = (...args: string[]): TerminalSession => keymoltOnTerminal(home, args);
/** What a terminal that echoes, reads lines and turns Ctrl-C into a signal says of itself (stty -a). */
const isAsItWas = ({ output }: TerminalSession): void => {
  for (const setting of ['echo', 'icanon', 'isig', 'opost'])
    expect(output).toMatch(new RegExp(`[^-]${setting}\\b`));
};
const STOPPED_AND_ON = '"$@"; echo "stopped $?"; fg; echo "left $?"';
const canBeStopped = async (session: TerminalSession): Promise<void> => {
  await session.sees('ready');
  session.type('\u001a');
  await session.sees('stopped 148');
  await session.sees('left 6');
  await session.ended();
};
/** Ends with 8 upon the second Ctrl-C. */
const COUNTS_INTERRUPTS =
  'let n = 0; process.on("SIGINT", () => { console.log("int-" + ++n); if (n === 2) setTimeout(() => process.exit(8), 200) }); setInterval(() => {}, 1000); console.log("ready")';
const hearsEachInterruptOnce = async (session: TerminalSession): Promise<void> => {
  await session.sees('ready');
  session.interrupt();
  await session.sees('int-1');
  session.interrupt();
  await session.sees('int-2');
  expect(await session.ended()).toBe(8);
  expect(session.output).not.toContain('int-3');
};

describe('a person at a terminal', () => {
  it('makes a vault: passphrase twice, unseen; recovery code shown', async () => {
    const session = keymolt('init');
    await session.sees('Passphrase: ');
    session.type(`${PASSPHRASE}\r`);
    await session.sees('Passphrase, again: ');
    session.type(`${PASSPHRASE}\r`);
    expect(await session.ended()).toBe(0);
    const code = /^ {4}(\S{20,})\s*$/m.exec(session.output)?.[1] ?? '';
    expect(code).not.toBe('');
    expect(session.output).not.toContain(PASSPHRASE);
    await home.ok('lock');
    const unlock = await home.keymolt(['unlock', '--recovery-code-file', '-'], { input: `${code}\n` });
    expect(unlock.status).toBe(0);
  });

  it('shows the recovery code on the terminal even where the answer goes into a pipe', async () => {
    const answer = path.join(home.folder, 'answer');
    const command = ['init', '--password-file', home.passphraseFile];
    const session = scriptOnTerminal(home, `"$@" > '${answer}'`, command);
    expect(await session.ended()).toBe(0);
    const code = /^ {4}(\S{20,})\s*$/m.exec(session.output)?.[1] ?? 'none';
    expect(readFileSync(answer, 'utf8')).not.toContain(code);
  });

  it('makes no vault with two different passphrases', async () => {
    const session = keymolt('init');
    await session.sees('Passphrase: ');
    session.type('one\r');
    await session.sees('again: ');
    session.type('other\r');
    expect(await session.ended()).toBe(2);
    expect(existsSync(home.home)).toBe(false);
  });

  it('may leave with Ctrl-C, and finds the terminal as it was', async () => {
    const session = scriptOnTerminal(home, '"$@"; echo "left $?"; stty -a', ['init']);
    await session.sees('Passphrase: ');
    session.type('half');
    session.interrupt();
    await session.sees('left 130');
    await session.sees('speed');
    await session.ended();
    isAsItWas(session);
    expect(session.output).not.toContain('half');
    expect(existsSync(home.home)).toBe(false);
  });

  it('finds the terminal as it was even when the program is told to end', async () => {
    const session = scriptOnTerminal(
      home,
      '"$@" & sleep 1; kill -TERM $!; wait $!; echo "left $?"; stty -a',
      ['init'],
    );
    await session.sees('left ');
    await session.sees('speed');
    await session.ended();
    isAsItWas(session);
  });
});

describe('with a vault', () => {
  beforeEach(async () => {
    await home.init();
    await home.addKey('agent', CANARY);
    await home.keymolt(
      ['key', 'add', 'deploy', '-e', 'prod', '--platform', 'den-hosting', '--value-file', '-'],
      {
        input: 'mbd_live_0123456789012345678901234567890a',
      },
    );
  });

  it('is asked for the passphrase where the vault is locked, and may mistype it', async () => {
    await home.ok('lock');
    const session = keymolt('key', 'list');
    await session.sees('The vault is locked. Passphrase: ');
    session.type('wrong\u007f\u007f\u007f\r');
    await session.sees('that is not it');
    await session.sees('Passphrase: ');
    session.type(`x\u0015${PASSPHRASE}\r`);
    await session.sees('agent');
    expect(await session.ended()).toBe(0);
    expect(session.output).not.toContain(PASSPHRASE);
  });

  it('is asked before a value is shown', async () => {
    const no = keymolt('read', 'agent');
    await no.sees('[y/N] ');
    no.type('\r');
    expect(await no.ended()).toBe(130);
    expect(no.output).not.toContain(CANARY);
    const yes = keymolt('read', 'agent');
    await yes.sees('[y/N] ');
    yes.type('y\r');
    expect(await yes.ended()).toBe(0);
    expect(yes.output).toContain(CANARY);
  });

  it('types the name of what is to be destroyed', async () => {
    const wrong = keymolt('key', 'forget', 'agent');
    await wrong.sees('Type agent to go on: ');
    wrong.type('agnet\r');
    expect(await wrong.ended()).toBe(130);
    const right = keymolt('key', 'forget', 'agent');
    await right.sees('Type agent to go on: ');
    right.type('agnet\u007f\u007f\u007fent\r');
    expect(await right.ended()).toBe(0);
    expect(await home.keyNames()).toEqual(['deploy']);
  });

  it('enters a key unseen', async () => {
    const session = keymolt('key', 'add', 'typed', '--platform', 'den-hosting');
    await session.sees('Key: ');
    session.type(`${CANARY}t\r`);
    expect(await session.ended()).toBe(0);
    expect(session.output).not.toContain(CANARY);
    expect(await home.keyNames()).toContain('typed');
  });

  it('is asked for the passphrase before a live key is handed out', async () => {
    await home.ok('lock');
    await home.unlockElsewhere();
    const session = keymolt('run', '-e', 'prod', '--', 'sh', '-c', 'echo got ${#MOLTBOTDEN_API_KEY}');
    await session.sees('Passphrase, to allow it: ');
    session.type(`${PASSPHRASE}\r`);
    await session.sees('got 41');
    expect(await session.ended()).toBe(0);
  });

  it('is not asked with --no-input', async () => {
    await home.ok('lock');
    const session = keymolt('run', '--no-input', '--', 'true');
    expect(await session.ended()).toBe(125);
    expect(session.output).toContain('VAULT_LOCKED');
  });
});

describe('run on a terminal', () => {
  beforeEach(async () => {
    await home.init();
    await home.addKey('agent', CANARY);
  });
  const child = (script: string): string[] => ['run', '--', process.execPath, '-e', script];

  it('leaves the child its terminal', async () => {
    const session = keymolt(
      ...child('console.log([0, 1, 2].map((fd) => require("node:tty").isatty(fd)).join())'),
    );
    await session.sees('true,true,true');
    expect(await session.ended()).toBe(0);
  });

  it('sends Ctrl-C to the child exactly once, and the next one too', async () => {
    await hearsEachInterruptOnce(keymolt(...child(COUNTS_INTERRUPTS)));
  });

  it('ends with 130 when Ctrl-C ends the child', async () => {
    const session = keymolt('run', '--', 'sleep', '30');
    await eventually('it runs', async () => (await home.status()).runs.length === 1);
    session.interrupt();
    expect(await session.ended()).toBe(130);
  });

  it('stops and goes on with its child, as a shell wants it', async () => {
    const command = child('console.log("ready"); setTimeout(() => process.exit(6), 1500)');
    await canBeStopped(jobOnTerminal(home, STOPPED_AND_ON, command));
  });
});

describe('run --mask always on a terminal', () => {
  beforeEach(async () => {
    await home.init();
    await home.addKey('agent', CANARY);
  });
  const inMask = (...command: string[]): string[] => ['run', '--mask', 'always', '--', ...command];
  const masked = (...command: string[]): TerminalSession => keymolt(...inMask(...command));

  it('keeps the child on a terminal, and shows no value on ours', async () => {
    const session = masked(
      'sh',
      '-c',
      'test -t 0 && test -t 1 && test -t 2 && echo on a terminal; echo $0 $MOLTBOTDEN_API_KEY; echo $MOLTBOTDEN_API_KEY > /dev/tty; grep SigIgn /proc/self/status; ls /proc/self/fd | tr "\\n" ,; exit 5',
    );
    expect(await session.ended()).toBe(5);
    expect(session.output).toContain('on a terminal\r\nsh [molt:agent]\r\n[molt:agent]\r\n');
    expect(session.output).toMatch(/SigIgn:\s+0{16}/);
    expect(session.output).not.toContain(CANARY);
  });

  it('has its prompt at once, its keys as typed, and its end of input', async () => {
    const session = masked('sh', '-c', 'printf "name: mbd"; read x; echo "got $x"; cat; echo eof; exit 4');
    await session.sees('name: mbd');
    session.type('ab\u007fc\r');
    await session.sees('got ac');
    session.type('\u0004');
    await session.sees('eof');
    expect(await session.ended()).toBe(4);
  });

  it('hears Ctrl-C once, and the next one too', async () => {
    await hearsEachInterruptOnce(masked(process.execPath, '-e', COUNTS_INTERRUPTS));
  });

  it('dies of the signal that its child dies of, and leaves the terminal as it was', async () => {
    const command = inMask('sh', '-c', 'kill -TERM $$');
    const session = scriptOnTerminal(home, '"$@"; echo "left $?"; stty -a', command);
    await session.sees('left 143');
    await session.ended();
    isAsItWas(session);
  });

  it('learns of another size', async () => {
    const waits = 'trap "stty size; exit 3" WINCH; echo ready; while :; do sleep 0.1; done';
    const resized = '(sleep 2; stty cols 91 < /dev/tty) & exec "$@"';
    const session = scriptOnTerminal(home, resized, inMask('bash', '-c', waits));
    await session.sees('ready');
    await session.sees(' 91');
    await session.ended();
  });

  it('stops and goes on with its child, as a shell wants it', async () => {
    const command = inMask('sh', '-c', 'echo ready; sleep 2; exit 6');
    await canBeStopped(jobOnTerminal(home, STOPPED_AND_ON, command));
  });

  it('masks a stream that is piped as well, each on its own way', async () => {
    const script =
      'test -t 1 || echo "out $MOLTBOTDEN_API_KEY"; test -t 2 && echo "err $MOLTBOTDEN_API_KEY" >&2';
    const session = scriptOnTerminal(home, '"$@" | cat', inMask('sh', '-c', script));
    await session.ended();
    expect(session.output).toContain('out [molt:agent]');
    expect(session.output).toContain('err [molt:agent]');
    expect(session.output).not.toContain(CANARY);
  });
});
