import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { type AgentAnswer, type AgentConnection, connectToAgent } from '../agent/client.ts';
import { openBareSocket } from '../agent/wire/bare-socket.ts';
import { type Paths, resolvePaths } from '../agent/paths.ts';
import type { Flags, Invocation } from './arguments/arguments.ts';
import { readDurationMs } from './arguments/durations.ts';
import { findProject } from './project/find-project.ts';
import type { Project } from './project/use-project.ts';
import { isTerminal, type Paint, paintFor, printable, writeErr, writeOut } from './prompts/terminal.ts';

/** Where the built program lies. */
export interface Program {
  readonly version: string;
  /** The folder of package.json and of `out`. */
  readonly root: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Report VAULT_LOCKED instead of offering to unlock. */
  readonly mayUnlock?: boolean;
  /** `--timeout` went along with the request: the agent answers in time. */
  readonly limitsItself?: boolean;
}

/** A connection that was begun before anybody asked for it. */
export interface EarlyConnection {
  readonly connection: Promise<AgentConnection | undefined>;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/** A command: does its work with the context, and gives its exit status. */
export type Command = (context: CommandContext) => Promise<number> | number;

/** What a command works with: its arguments, the agent, and the two streams. */
export class CommandContext {
  readonly program: Program;
  readonly flags: Flags;
  readonly positionals: readonly string[];
  readonly childCommand: readonly string[];
  #paint: Paint | undefined;
  #paths: Paths | undefined;
  #connection: AgentConnection | undefined;
  #early: EarlyConnection | undefined;
  #project: Promise<Project | undefined> | undefined;

  /** @param early a connection that was begun before the command was known */
  constructor(program: Program, invocation: Invocation, early?: EarlyConnection) {
    this.program = program;
    this.#early = early;
    this.flags = invocation.flags;
    this.positionals = invocation.positionals;
    this.childCommand = invocation.childCommand;
  }

  get paths(): Paths {
    this.#paths ??= resolvePaths(process.env);
    return this.#paths;
  }

  /** Found out where something is painted: `--json` never asks whether there is a terminal. */
  get paint(): Paint {
    this.#paint ??= paintFor(isColoured(this.flags));
    return this.#paint;
  }

  get isJson(): boolean {
    return this.flags.has('json');
  }

  get noInput(): boolean {
    return this.flags.has('no-input');
  }

  /** An argument that the parser has made sure of. */
  argument(at: number): string {
    return this.positionals[at] ?? '';
  }

  /** `-e`, or undefined. */
  get env(): string | undefined {
    return this.flags.text('env');
  }

  /**
   * For commands of a single environment: `-e`, then the environment that a name has before it, then the project
   * file, then dev (CLI.md).
   */
  async oneEnv(prefix?: string): Promise<string> {
    return this.env ?? prefix ?? (await this.project())?.env ?? 'dev';
  }

  /**
   * The project file that holds here; undefined where there is none.
   * @param options `mayAsk: false` for a command that asks nobody: a file that was not confirmed is an error then
   * @throws as `useProject`
   */
  project(options: { readonly mayAsk?: boolean } = {}): Promise<Project | undefined> {
    this.#project ??= this.#findProject(options.mayAsk ?? true);
    return this.#project;
  }

  async #findProject(mayAsk: boolean): Promise<Project | undefined> {
    const found = findProject(process.cwd());
    // Without a vault the command ends soon, and it would be no time for questions.
    if (found === undefined || !existsSync(this.paths.vault)) return undefined;
    this.debug(`project file ${found.file}`);
    const { useProject } = await import('./project/use-project.ts');
    const { flags, paths } = this;
    return useProject({ flags, paths, noInput: this.noInput || !mayAsk }, found);
  }

  /** The agent that runs; undefined where none does. Starts none. */
  async findAgent(): Promise<AgentConnection | undefined> {
    // While a person was thinking about a passphrase, the agent may have closed the idle connection.
    if (this.#connection?.isOpen() === true) return this.#connection;
    this.#connection = (await this.#takeEarly()) ?? (await connectToAgent(this.paths, openBareSocket));
    this.debug(this.#connection === undefined ? 'no agent runs' : `connected to ${this.paths.socket}`);
    return this.#connection;
  }

  /** While a file was waited for, such as a pipe for --env-file, nothing was heard of the agent: it may be another. */
  async #takeEarly(): Promise<AgentConnection | undefined> {
    const early = this.#early;
    this.#early = undefined;
    if (early === undefined) return undefined;
    const isFresh = Date.now() - early.begunAt < FRESH_MS;
    const connection = await early.connection;
    if (isFresh && connection?.isOpen() === true) return connection;
    connection?.close();
    return undefined;
  }

  /** The agent that runs, or a new one. */
  async agent(): Promise<AgentConnection> {
    const running = await this.findAgent();
    if (running !== undefined) return running;
    this.debug('starting an agent');
    const { startAgent } = await import('../agent/start-agent.ts');
    const { root } = this.program;
    this.#connection = await startAgent(this.paths, {
      entry: path.join(root, 'out', 'agent', 'agent.mjs'),
      packageRoot: root,
    });
    return this.#connection;
  }

  /**
   * The agent that runs, or a new one where there is a vault for it: without one nearly everything ends the same way,
   * and needs no agent to say so. @throws {AppError} VAULT_MISSING
   */
  async agentOfVault(): Promise<AgentConnection> {
    const running = await this.findAgent();
    if (running !== undefined) return running;
    if (existsSync(this.paths.vault)) return this.agent();
    throw new AppError(
      'VAULT_MISSING',
      `there is no vault in ${this.paths.home}`,
      'make one: `keymolt init`',
    );
  }

  /** Asks the agent. A locked vault is unlocked first, where there is somebody to ask. */
  async call<C extends ChannelName>(
    method: C,
    params: RequestOf<C>,
    options: CallOptions = {},
  ): Promise<AgentAnswer<ResponseOf<C>>> {
    const agent = WITHOUT_VAULT.test(method) ? await this.agent() : await this.agentOfVault();
    const request = (): Promise<AgentAnswer<ResponseOf<C>>> =>
      this.#sayingWhere(agent, method, this.#timed(agent, method, params, options));
    try {
      return await request();
    } catch (error) {
      const isLocked = error instanceof AppError && error.code === 'VAULT_LOCKED';
      if (!isLocked || options.mayUnlock === false || this.noInput) throw error;
      const { offerUnlock } = await import('./prompts/offer-unlock.ts');
      if (!(await offerUnlock(this))) throw error;
      return request();
    }
  }

  /** Who waits for a person at the window is told so, or it looks like a command that hangs. */
  async #sayingWhere<T>(agent: AgentConnection, method: ChannelName, answer: Promise<T>): Promise<T> {
    if (!method.startsWith('secrets.') || this.noInput) return answer;
    const timer = setTimeout(() => {
      void agent.hello().then(
        ({ host }) => {
          if (host === 'desktop') this.note('asking in the Keymolt window…');
        },
        () => undefined,
      );
    }, QUIET_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async #timed<C extends ChannelName>(
    agent: AgentConnection,
    method: C,
    params: RequestOf<C>,
    { signal, limitsItself = false }: CallOptions,
  ): Promise<AgentAnswer<ResponseOf<C>>> {
    const limit = limitsItself ? undefined : this.flags.text('timeout');
    const startedAt = Date.now();
    if (limit === undefined && signal === undefined) {
      const answer = await agent.request(method, params);
      this.debug(`${method}: ${Date.now() - startedAt} ms`);
      return answer;
    }
    const timer = limit === undefined ? undefined : AbortSignal.timeout(readDurationMs(limit, '--timeout'));
    const signals = [timer, signal].filter((one) => one !== undefined);
    try {
      return await agent.request(method, params, { signal: AbortSignal.any(signals) });
    } catch (error) {
      if (timer?.aborted === true)
        throw new AppError(
          'TIMEOUT',
          `no answer within ${limit ?? ''}`,
          'the agent may still be at it; --timeout gives it longer',
        );
      throw error;
    }
  }

  /** The answer: as it came for `--json`, in words otherwise. */
  answer(answer: { readonly json: Buffer }, inWords: () => string): void {
    if (this.isJson) this.printJson(answer.json);
    else this.print(inWords());
  }

  printJson(json: Buffer | object): void {
    const bytes = Buffer.isBuffer(json) ? json : Buffer.from(JSON.stringify(json));
    writeOut(Buffer.concat([bytes, Buffer.from('\n')]));
  }

  print(text: string): void {
    writeOut(text);
  }

  /** A confirmation for a person; `--quiet` and `--json` do without. */
  say(text: string): void {
    if (!this.isJson && !this.flags.has('quiet')) writeOut(`${text}\n`);
  }

  /** A remark beside the answer. */
  note(text: string): void {
    if (!this.flags.has('quiet')) writeErr(`keymolt: ${printable(text)}\n`);
  }

  warnings(answer: { readonly warnings: readonly string[] }): void {
    for (const warning of answer.warnings) this.note(`warning: ${warning}`);
  }

  /** SECURITY: callers give names and figures, never what was sent or answered. */
  debug(text: string): void {
    if (this.flags.has('debug')) writeErr(`keymolt: debug: ${printable(text)}\n`);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

/** A start takes far less. */
const FRESH_MS = 1000;
/** The agent answers sooner unless it asks somebody. */
const QUIET_MS = 500;

const WITHOUT_VAULT = /^(vault\.(status|create|restore)|sandbox\.|agent\.)/;

const isColoured = (flags: Flags): boolean => {
  const forced = process.env['FORCE_COLOR'];
  if (flags.has('no-color') || (process.env['NO_COLOR'] ?? '') !== '') return false;
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  return isTerminal('stdout') && process.env['TERM'] !== 'dumb';
};
