import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type AgentHome, CLI, pause } from './agent-home.ts';

/** POSIX shell quoting. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A program on a terminal of its own (script(1)), with somebody who types. */
export class TerminalSession {
  /** All that was on the terminal. */
  output = '';
  readonly #script: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #read = 0;

  constructor(
    argv: readonly string[],
    options: { env: Readonly<Record<string, string | undefined>>; cwd?: string },
  ) {
    // exec: the shell between would hear Ctrl-C as well, and end with 130 whatever the program does.
    this.#script = spawn('script', ['-q', '-e', '-c', `exec ${argv.map(quoted).join(' ')}`, '/dev/null'], {
      env: { ...options.env, TERM: 'xterm', SHELL: '/bin/sh' },
      cwd: options.cwd,
      stdio: 'pipe',
    });
    this.#script.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    this.#script.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => this.#script.once('close', resolve));
  }

  /** Waits until something stands on the terminal that was not waited for before. */
  async sees(text: string): Promise<void> {
    const until = Date.now() + 10_000;
    while (!this.output.includes(text, this.#read)) {
      if (Date.now() > until) {
        throw new Error(
          `${JSON.stringify(text)} never came; the terminal shows ${JSON.stringify(this.output)}`,
        );
      }
      await pause(20);
    }
    this.#read = this.output.indexOf(text, this.#read) + text.length;
  }

  type(text: string): void {
    this.#script.stdin.write(text);
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.type('\u0003');
  }

  /** The terminal is closed, as when its window is. */
  hangUp(): void {
    this.#script.kill('SIGKILL');
  }

  /** @returns the exit status, as a shell shows it */
  async ended(): Promise<number | null> {
    return this.#ended;
  }
}

/** A program on a terminal in a test's home. */
export const onTerminal = (home: AgentHome, argv: readonly string[], cwd = home.folder): TerminalSession =>
  new TerminalSession(argv, { env: home.env, cwd });

export const keymoltOnTerminal = (home: AgentHome, args: readonly string[], cwd?: string): TerminalSession =>
  onTerminal(home, [process.execPath, CLI, ...args], cwd);

/**
 * A shell on a terminal, and `keymolt ARGS` within it.
 * @param script in which "$@" is that command, to see in what state it leaves the terminal
 */
export const scriptOnTerminal = (
  home: AgentHome,
  script: string,
  args: readonly string[],
  shell: readonly string[] = ['sh'],
): TerminalSession => onTerminal(home, [...shell, '-c', script, 'shell', process.execPath, CLI, ...args]);

/** As `scriptOnTerminal`, in a shell with jobs, which can be stopped and go on. */
export const jobOnTerminal = (home: AgentHome, script: string, args: readonly string[]): TerminalSession =>
  scriptOnTerminal(home, script, args, ['bash', '-i', '-m']);
