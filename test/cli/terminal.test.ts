import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentHome, CLI, eventually, PASSPHRASE, runProgram } from '../support/agent-home.ts';
import { TerminalSession } from '../support/terminal-session.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedOnTheTerminal00001';

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

const onTerminal = (...argv: string[]): TerminalSession =>
  new TerminalSession(argv, { env: home.env, cwd: home.folder });
const keymolt = (...args: string[]): TerminalSession => onTerminal(process.execPath, CLI, ...args);
/** Runs something behind it on the same terminal, to see in what state it was left. */
const thenShell = (script: string, ...args: string[]): TerminalSession =>
  onTerminal('sh', '-c', `"$0" "$@"; echo "left $?"; ${script}`, process.execPath, CLI, ...args);

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
    const session = onTerminal(
      'sh',
      '-c',
      `"$0" "$@" > '${answer}'`,
      process.execPath,
      CLI,
      'init',
      '--password-file',
      home.passphraseFile,
    );
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
    const session = thenShell('stty -a', 'init');
    await session.sees('Passphrase: ');
    session.type('half');
    session.interrupt();
    await session.sees('left 130');
    await session.sees('speed');
    await session.ended();
    expect(session.output).toMatch(/[^-]echo\b/);
    expect(session.output).toMatch(/[^-]icanon\b/);
    expect(session.output).toMatch(/[^-]isig\b/);
    expect(session.output).not.toContain('half');
    expect(existsSync(home.home)).toBe(false);
  });

  it('finds the terminal as it was even when the program is told to end', async () => {
    const session = onTerminal(
      'sh',
      '-c',
      `"$0" "$@" & sleep 1; kill -TERM $!; wait $!; echo "left $?"; stty -a`,
      process.execPath,
      CLI,
      'init',
    );
    await session.sees('left ');
    await session.sees('speed');
    await session.ended();
    expect(session.output).toMatch(/[^-]echo\b/);
    expect(session.output).toMatch(/[^-]icanon\b/);
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
    // By another process, so that the grant is that one's.
    const unlock = '"$0" "$1" unlock --password-file "$2" --no-input; true';
    await runProgram('sh', ['-c', unlock, process.execPath, CLI, home.passphraseFile], { env: home.env });
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
    const session = keymolt(
      ...child(
        'let n = 0; process.on("SIGINT", () => { console.log("int " + ++n); if (n === 2) setTimeout(() => process.exit(8), 200) }); setInterval(() => {}, 1000); console.log("ready")',
      ),
    );
    await session.sees('ready');
    session.interrupt();
    await session.sees('int 1');
    session.interrupt();
    await session.sees('int 2');
    expect(await session.ended()).toBe(8);
    expect(session.output).not.toContain('int 3');
  });

  it('ends with 130 when Ctrl-C ends the child', async () => {
    const session = keymolt('run', '--', 'sleep', '30');
    await eventually('it runs', async () => (await home.status()).runs.length === 1);
    session.interrupt();
    expect(await session.ended()).toBe(130);
  });

  it('stops and goes on with its child, as a shell wants it', async () => {
    const session = onTerminal(
      'bash',
      '-i',
      '-m',
      '-c',
      `"$0" "$@"; echo "stopped $?"; fg; echo "left $?"`,
      process.execPath,
      CLI,
      ...child('console.log("ready"); setTimeout(() => process.exit(6), 1500)'),
    );
    await session.sees('ready');
    session.type('\u001a');
    await session.sees('stopped 148');
    await session.sees('left 6');
    await session.ended();
  });
});

describe('run --mask always on a terminal', () => {
  beforeEach(async () => {
    await home.init();
    await home.addKey('agent', CANARY);
  });
  const masked = (...command: string[]): TerminalSession =>
    keymolt('run', '--mask', 'always', '--', ...command);

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
    const session = masked(
      process.execPath,
      '-e',
      'let n = 0; process.on("SIGINT", () => { console.log("int-" + ++n); if (n === 2) setTimeout(() => process.exit(8), 200) }); setInterval(() => {}, 1000); console.log("ready")',
    );
    await session.sees('ready');
    session.interrupt();
    await session.sees('int-1');
    session.interrupt();
    await session.sees('int-2');
    expect(await session.ended()).toBe(8);
    expect(session.output).not.toContain('int-3');
  });

  it('dies of the signal that its child dies of, and leaves the terminal as it was', async () => {
    const script = '"$0" "$@"; echo "left $?"; stty -a';
    const command = ['run', '--mask', 'always', '--', 'sh', '-c', 'kill -TERM $$'];
    const session = onTerminal('sh', '-c', script, process.execPath, CLI, ...command);
    await session.sees('left 143');
    await session.ended();
    expect(session.output).toMatch(/[^-]icanon\b/);
    expect(session.output).toMatch(/[^-]opost\b/);
  });

  it('learns of another size', async () => {
    const session = onTerminal(
      'sh',
      '-c',
      `(sleep 2; stty cols 91 < /dev/tty) & exec "$0" "$@"`,
      process.execPath,
      CLI,
      'run',
      '--mask',
      'always',
      '--',
      'bash',
      '-c',
      'trap "stty size; exit 3" WINCH; echo ready; while :; do sleep 0.1; done',
    );
    await session.sees('ready');
    await session.sees(' 91');
    await session.ended();
  });

  it('stops and goes on with its child, as a shell wants it', async () => {
    const session = onTerminal(
      'bash',
      '-i',
      '-m',
      '-c',
      `"$0" "$@"; echo "stopped $?"; fg; echo "left $?"`,
      process.execPath,
      CLI,
      'run',
      '--mask',
      'always',
      '--',
      'sh',
      '-c',
      'echo ready; sleep 2; exit 6',
    );
    await session.sees('ready');
    session.type('\u001a');
    await session.sees('stopped 148');
    await session.sees('left 6');
    await session.ended();
  });

  it('masks a stream that is piped as well, each on its own way', async () => {
    const session = onTerminal(
      'sh',
      '-c',
      `"$0" "$@" | cat`,
      process.execPath,
      CLI,
      'run',
      '--mask',
      'always',
      '--',
      'sh',
      '-c',
      'test -t 1 || echo "out $MOLTBOTDEN_API_KEY"; test -t 2 && echo "err $MOLTBOTDEN_API_KEY" >&2',
    );
    await session.ended();
    expect(session.output).toContain('out [molt:agent]');
    expect(session.output).toContain('err [molt:agent]');
    expect(session.output).not.toContain(CANARY);
  });
});
