import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { AgentConnection } from '../../../src-main/agent/client.ts';
import { BUILTIN_DEFINITIONS } from '../../../src-main/platforms/definitions/index.ts';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { AGENT, AgentHome, CLI, eventually, runProgram } from '../homes/agent-home.ts';
import { makeCertificate } from '../platform/test-certificates.ts';
import { type Authorities, Front, startProxy } from './front.ts';
import type { Mend, ProgramScenario } from './program-scenario.ts';

/** One agent, one sandbox, and for each scenario a platform, an environment, a folder and a home of its own. */

const WRAPPER = `#!/bin/sh
exec "${process.execPath}" "${CLI}" --yes --no-input "$@"
`;
/** An editor that writes what a person would. */
const EDITOR = `#!/bin/sh
for last in "$@"; do :; done
cp "$MENDED" "$last"
`;
/** systemctl --user edit --full UNIT. */
const SYSTEMCTL = `#!/bin/sh
for last in "$@"; do :; done
[ "$last" = daemon-reload ] || cp "$MENDED" "$HOME/.config/systemd/user/$last"
`;

interface SandboxPlace {
  readonly base_url: string;
  readonly control_url: string;
}

interface Key {
  readonly value: string;
  readonly id: string;
}

interface Situation {
  readonly one: ProgramScenario;
  readonly env: string;
  readonly platform: string;
  readonly key: string;
  readonly folder: string;
  readonly home: string;
  readonly words: (text: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
  readonly front: Front | undefined;
  readonly running: ChildProcess | undefined;
  /** What was typed in the shell so far, and changed it. */
  readonly shell: string[];
  readonly close: () => void;
}

interface Heard {
  readonly view: DoctorView;
  readonly status: number | null;
  readonly stderr: string;
}

export class DoctorHome {
  readonly home = new AgentHome();
  readonly #values: string[] = [];
  #authorities!: Authorities;
  #sandbox!: SandboxPlace;
  #token = '';
  #connection: AgentConnection | undefined;
  #count = 0;
  #world: { names: Record<string, unknown>; aheadMs: number } = { names: {}, aheadMs: 0 };

  async start(): Promise<void> {
    const { home } = this;
    mkdirSync(path.join(home.folder, 'bin'));
    for (const [name, text] of [
      ['keymolt', WRAPPER],
      ['editor', EDITOR],
      ['systemctl', SYSTEMCTL],
    ] as const)
      writeFileSync(path.join(home.folder, 'bin', name), text, { mode: 0o755 });
    // What a scenario's outside mends is not this machine's: its clock, its view of other hosts.
    for (const name of ['sudo', 'curl', 'openssl', 'getent'])
      writeFileSync(path.join(home.folder, 'bin', name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    this.#authorities = {
      trusted: makeCertificate({ commonName: 'Test Root CA', isAuthority: true }),
      corporate: makeCertificate({ commonName: 'Corp Proxy CA', isAuthority: true }),
    };
    writeFileSync(path.join(home.folder, 'trusted.pem'), this.#authorities.trusted.pem);
    writeFileSync(
      path.join(home.folder, 'both.pem'),
      this.#authorities.trusted.pem + this.#authorities.corporate.pem,
    );
    await this.#startAgent();
    await home.init();
    this.#sandbox = JSON.parse(
      (await home.ok('sandbox', 'start', '--tier', 'forge', '--json')).stdout,
    ) as SandboxPlace;
    const state = JSON.parse(readFileSync(path.join(home.home, 'sandbox.json'), 'utf8')) as Record<
      string,
      string
    >;
    this.#token = state['control_token'] ?? '';
  }

  /** The built agent, on a machine whose name server and clock the scenarios set. */
  async #startAgent(): Promise<void> {
    this.#writeWorld();
    const shim = path.join(import.meta.dirname, 'played-world.mjs');
    const child = spawn(process.execPath, ['--import', shim, AGENT], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      env: { ...this.home.env, KEYMOLT_TEST_WORLD: this.#worldFile },
    });
    const ready = child.stdio[3] as Readable;
    await new Promise<void>((done, fail) => {
      ready.once('data', (line: Buffer) =>
        line.includes('"ready":true') ? done() : fail(new Error(`the agent said ${line.toString()}`)),
      );
      child.once('exit', () => fail(new Error('the agent ended')));
    });
    child.removeAllListeners();
    child.unref();
  }

  get #worldFile(): string {
    return path.join(this.home.folder, 'world.json');
  }

  #writeWorld(): void {
    writeFileSync(this.#worldFile, JSON.stringify(this.#world));
  }

  /** @returns what no output and no log may have had */
  async stop(): Promise<{
    readonly values: readonly string[];
    readonly printed: string;
    readonly log: string;
  }> {
    this.#connection?.close();
    await this.home.keymolt(['sandbox', 'stop']);
    const { printed, log } = this.home;
    await this.home.dispose();
    return { values: this.#values, printed, log };
  }

  /** A request of the command line's own, without the start of a process. */
  async #ask<C extends ChannelName>(method: C, params: RequestOf<C>): Promise<ResponseOf<C>> {
    if (this.#connection?.isOpen() !== true) this.#connection = await this.home.connect();
    return (await this.#connection.request(method, params)).result();
  }

  async control(call: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await callControl(
      { controlUrl: this.#sandbox.control_url, controlToken: this.#token },
      'POST',
      call,
      body,
    );
    if (answer === undefined || answer.status >= 300)
      throw new Error(`control ${call}: ${JSON.stringify(answer)}`);
    return answer.json as Record<string, unknown>;
  }

  async #mint({ shape, kind, value: given }: ProgramScenario): Promise<Key> {
    if (given !== undefined) {
      const value = given.replaceAll('{nnn}', this.#digits);
      this.#values.push(value);
      return { value, id: '' };
    }
    const made = await this.control(
      '/keys',
      shape === 'den-agent'
        ? { kind: 'agent', status: 'ACTIVE' }
        : { kind: 'hosting', mode: kind, name: 'minted' },
    );
    const minted = String(made['key']);
    this.#values.push(minted);
    return { value: minted, id: String(made['key_id'] ?? made['agent_id']) };
  }

  /** What tells a scenario's own values from those of others. */
  get #digits(): string {
    return String(this.#count).padStart(3, '0');
  }

  /** Makes everything so as the scenario says. */
  async setUp(one: ProgramScenario): Promise<Situation> {
    this.#count += 1;
    const env = `t${this.#count}`;
    const platform = `p${this.#count}`;
    const key = `${env}/agent`;
    const root = path.join(this.home.folder, env);
    const [folder, home] = [path.join(root, 'work'), path.join(root, 'home')];
    mkdirSync(path.join(folder, '.git'), { recursive: true });
    mkdirSync(path.join(folder, one.folder), { recursive: true });
    mkdirSync(home, { recursive: true });
    const minted = await this.#mint(one);
    const front =
      one.front === undefined
        ? undefined
        : await Front.start(this.#sandbox.base_url, one.front, this.#authorities);
    front?.knowKey(minted.value);
    const proxy = one.proxy === undefined ? undefined : await startProxy(one.proxy, this.#authorities);
    const digits = this.#digits;
    const api = one.shape === 'den-agent' ? '' : '/v1/hosting';
    const right = (front?.origin ?? this.#sandbox.base_url) + api;
    let spareValue = '';
    let fresh = '';
    const words = (text: string): string =>
      text
        .replaceAll('{spare}', spareValue)
        .replaceAll('{fresh}', fresh)
        .replaceAll('{value}', minted.value)
        .replaceAll('{id}', minted.id)
        .replaceAll('{nnn}', digits)
        .replaceAll('{key}', key)
        .replaceAll('{env}', env)
        .replaceAll('{platform}', platform)
        .replaceAll('{right}', right)
        .replaceAll('{front}', front?.origin ?? '')
        .replaceAll('{port}', String(front?.port ?? ''))
        .replaceAll('{sandbox}', this.#sandbox.base_url)
        .replaceAll('{proxy}', proxy?.url ?? '')
        .replaceAll('{work}', folder)
        .replaceAll('{home}', home)
        .replaceAll('{trusted}', path.join(this.home.folder, 'trusted.pem'))
        .replaceAll('{both}', path.join(this.home.folder, 'both.pem'))
        .replaceAll('{certificate}', path.join(root, 'certificate.pem'));
    if (front !== undefined) writeFileSync(path.join(root, 'certificate.pem'), front.pem);
    this.#name(one.names);

    const shape = BUILTIN_DEFINITIONS.find(({ id }) => id === one.shape);
    await this.#ask('environments.add', { name: env, kind: one.kind });
    await this.#ask('platforms.importDefinition', {
      definition: JSON.stringify({
        ...shape,
        id: platform,
        name: `Platform ${this.#count}`,
        baseUrl: words(one.documented ?? '{right}'),
        ...one.definition,
      }),
    });
    const set = async (more: object): Promise<void> => {
      await this.#ask('platforms.set', { id: platform, confirmed: true, ...more });
    };
    if (one.settings['ca_file'] !== undefined) await set({ ca_file: words(one.settings['ca_file']) });
    // While the keys are taken for the first time, all is well.
    if (one.isTaken) await set({ base_url: this.#sandbox.base_url + api });
    const add = async (name: string, value: string, id: string): Promise<void> => {
      await this.#ask('keys.add', {
        name,
        env,
        platform,
        value: Buffer.from(value),
        ...(id === '' || one.shape === 'den-agent' ? {} : { key_id: id }),
        metadata: { var: name === 'agent' ? 'MOLTBOTDEN_API_KEY' : name.toUpperCase(), ...one.metadata },
      });
      if (one.isTaken) await this.#ask('keys.test', { key: `${env}/${name}` });
    };
    await add('agent', minted.value, minted.id);
    for (let n = 1; n <= one.spares; n += 1) {
      const spare = await this.#mint(one);
      spareValue = spare.value;
      await add(`spare${n}`, spare.value, spare.id);
    }
    if (one.twin) await add('twin', minted.value, minted.id);
    let running: ChildProcess | undefined;
    const edit = (value: string) => this.#ask('keys.edit', { key, value: Buffer.from(value) });
    if (one.before !== undefined) {
      await edit(words(one.before));
      if (one.runs) running = await this.#run(env);
      await edit(minted.value);
      await this.#ask('keys.edit', { key, ...(minted.id === '' ? {} : { key_id: minted.id }) });
      if (one.isTaken) await this.#ask('keys.test', { key });
    }
    if (one.runs && running === undefined) running = await this.#run(env);
    const stored = words(one.stored);
    if (stored !== minted.value) await edit(stored);
    if (one.isSynced) await this.#ask('sync.run', { platform, env });
    if (one.isRotating) await this.#ask('rotations.start', { key, wait_ms: 5000 });
    for (const { call, body } of one.control) {
      const answer = await this.control(call, JSON.parse(words(JSON.stringify(body))));
      if (typeof answer['key'] === 'string') fresh = answer['key'];
    }
    const baseUrl = one.baseUrl ?? (one.isTaken ? '{right}' : undefined);
    if (baseUrl !== undefined) {
      const url = words(baseUrl);
      if (one.isOfEnvironment) await set({ base_url: words('{right}') });
      await set({ base_url: url, ...(one.isOfEnvironment ? { env } : {}) });
    }
    for (const name of ['tier', 'egress_echo_url'])
      if (one.settings[name] !== undefined) await set({ [name]: words(one.settings[name]) });
    for (let n = 0; n < one.calls; n += 1)
      await fetch(`${this.#sandbox.base_url}/agents/me`, { headers: { 'x-api-key': minted.value } });
    if (one.aheadMs !== 0) await this.#moveClock(one.aheadMs);
    const place = (file: string): string =>
      file.startsWith('~/') ? path.join(home, file.slice(2)) : path.join(folder, file);
    const write = (wanted: Readonly<Record<string, string>>): void => {
      for (const [file, content] of Object.entries(wanted)) {
        mkdirSync(path.dirname(place(file)), { recursive: true });
        writeFileSync(place(file), words(content));
      }
    };
    write(one.files);
    if (one.odd !== undefined) makeOdd(place(one.odd.path), one.odd.kind);
    return {
      one,
      env,
      platform,
      key,
      folder,
      home,
      words,
      front,
      running,
      shell: [],
      environment: {
        HOME: home,
        EDITOR: path.join(this.home.folder, 'bin', 'editor'),
        PATH: `${path.join(this.home.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
        MENDED: path.join(root, 'mended'),
        ...Object.fromEntries(Object.entries(one.environment).map(([name, text]) => [name, words(text)])),
      },
      args: [...(one.asksAll ? ['-e', env] : [key]), ...one.args.map(words)],
      close: () => {
        front?.close();
        proxy?.close();
        running?.kill('SIGKILL');
      },
    };
  }

  /** A command of ours that runs until it is ended. */
  async #run(env: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [CLI, 'run', '-e', env, '--', 'sleep', '60'], {
      env: this.home.env,
      stdio: 'ignore',
    });
    await eventually(`a run of ${env}`, async () =>
      (await this.#ask('vault.status', {})).runs.some(({ keys }) => keys.includes(`${env}/agent`)),
    );
    return child;
  }

  #name(names: Readonly<Record<string, unknown>>): void {
    this.#world = { ...this.#world, names: { ...this.#world.names, ...names } };
    this.#writeWorld();
  }

  /** A clock that jumps ahead looks like a machine that slept, and the vault would lock a little later: better at once. */
  async #moveClock(aheadMs: number): Promise<void> {
    await this.#ask('vault.lock', {});
    this.#world = { ...this.#world, aheadMs };
    this.#writeWorld();
    await this.home.unlock();
  }

  async ask({ args, environment, folder, one }: Situation): Promise<Heard> {
    const words = [CLI, 'doctor', '--json', ...args];
    const [command, ...more] = asOwner(one, [process.execPath, ...words]);
    const ended = await runProgram(command, more, {
      cwd: path.join(folder, one.folder),
      env: { ...this.home.env, ...environment },
    });
    this.home.printed += ended.stdout + ended.stderr;
    return { view: readView(ended.stdout, ended.stderr), status: ended.status, stderr: ended.stderr };
  }

  /** Does what the doctor said, and what has to be done elsewhere, and asks it again. */
  async mend(situation: Situation, fix: string, mend: Mend): Promise<Heard> {
    const { one, words, folder, environment, front, args, env, shell } = situation;
    for (const { call, body } of mend.control)
      await this.control(call, JSON.parse(words(JSON.stringify(body))));
    if (mend.front !== undefined) front?.change(mend.front);
    if (mend.names !== undefined) this.#name(mend.names);
    if (mend.aheadMs !== undefined) await this.#moveClock(mend.aheadMs);
    if (mend.odd === 'gone' && one.odd !== undefined)
      rmSync(path.join(folder, one.odd.path), { recursive: true, force: true });
    for (const [file, content] of Object.entries(mend.files))
      writeFileSync(
        file.startsWith('~/') ? path.join(situation.home, file.slice(2)) : path.join(folder, file),
        words(content),
      );
    situation.running?.kill('SIGKILL');
    if (mend.edited !== undefined) writeFileSync(environment['MENDED'] ?? '', words(mend.edited));
    const again =
      mend.then === 'environment' ? ['-e', env] : mend.asks === undefined ? args : [words(mend.asks)];
    const question = `keymolt doctor --json ${again.map(quoted).join(' ')}`;
    const done = this.#doing(mend, fix, words, args);
    const script =
      mend.by === 'nothing'
        ? question
        : mend.then === 'within' || mend.by === 'fix'
          ? done
          : `${shell.join('\n')}\n{ ${done}\n} <"$TYPED" >&2 || echo "the fix ended with $?" >&2\n${question}`;
    // What was typed into this shell holds for what is asked in it later.
    if (/^(?:unset|export) /.test(done)) shell.push(done);
    const typed = path.join(path.dirname(folder), 'typed');
    writeFileSync(typed, words(mend.input));
    const [command, ...more] = asOwner(one, ['/bin/sh', '-c', script]);
    const ended = await runProgram(command, more, {
      cwd: path.join(folder, one.folder),
      env: { ...this.home.env, ...environment, TYPED: typed },
    });
    this.home.printed += ended.stdout + ended.stderr;
    return { view: readView(ended.stdout, ended.stderr), status: ended.status, stderr: ended.stderr };
  }

  async leave({ one, close }: Situation): Promise<void> {
    close();
    for (const { call, body } of one.afterwards) await this.control(call, body);
    if (this.#world.aheadMs !== 0) await this.#moveClock(0);
  }

  #doing({ by, words: put }: Mend, fix: string, words: Situation['words'], args: readonly string[]): string {
    if (by === 'fix') return `keymolt doctor --json --fix ${args.map(quoted).join(' ')}`;
    return Object.entries(put).reduce((text, [word, value]) => text.replaceAll(word, words(value)), fix);
  }
}

/** The administrator reads every file; as anybody else a test has to lay that right down first. */
const asOwner = (
  { odd }: ProgramScenario,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] =>
  odd?.kind === 'unreadable' && process.getuid?.() === 0
    ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', ...command]
    : command;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function readView(stdout: string, stderr: string): DoctorView {
  try {
    return JSON.parse(stdout) as DoctorView;
  } catch {
    throw new Error(`no answer of the doctor: ${stdout.slice(0, 200)} ${stderr.slice(0, 1000)}`);
  }
}

type Odd = NonNullable<ProgramScenario['odd']>['kind'];

function makeOdd(file: string, kind: Odd): void {
  if (kind === 'fifo') spawnSync('mkfifo', [file]);
  else if (kind === 'loop') symlinkSync(file, file);
  else if (kind === 'huge') writeFileSync(file, `MOLTBOTDEN_API_KEY=x\n${'#'.repeat(10_000_000)}`);
  else if (kind === 'folder') mkdirSync(file);
  else chmodSync(file, 0);
}

/** So many at a time: each waits for processes more than it computes. */
export function takeTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
