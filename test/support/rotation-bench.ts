import { randomBytes } from 'node:crypto';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import type { RotationView } from '../../src-shared/contract/views.ts';
import { createPlatformClient } from '../../src-main/platforms/client.ts';
import { BUILTIN_DEFINITIONS } from '../../src-main/platforms/definitions/index.ts';
import type { HttpAnswer, HttpRequest, Transport } from '../../src-main/platforms/transport.ts';
import { answerAgent } from '../../src-main/sandbox/apis/agent.ts';
import { answerHosting, HOSTING_PATH } from '../../src-main/sandbox/apis/hosting.ts';
import {
  addAgent,
  addHostingKey,
  createWorld,
  type HostingKey,
  newAgentKey,
  type SandboxAgent,
  type SandboxWorld,
} from '../../src-main/sandbox/world.ts';
import type { Call, Core } from '../../src-main/services/context.ts';
import { RateLimitMemory } from '../../src-main/services/platforms/rate-limit-memory.ts';
import type { Deployment, DeploymentTarget } from '../../src-main/services/rotation/deployment-port.ts';
import type { RunEntry } from '../../src-main/services/runs/run-register.ts';
import { resumeRotations } from '../../src-main/services/rotation/run-rotation.ts';
import { RunningWork } from '../../src-main/services/rotation/running-work.ts';
import {
  createMemoryDisk,
  createMemoryVaultStore,
  type MemoryDisk,
} from '../../src-main/store/memory-vault-store.ts';
import type { VaultStore } from '../../src-main/vault/store-port.ts';
import { KDF_FLOOR } from '../../src-main/vault/crypto/kdf.ts';
import type { RecordId, VaultFile } from '../../src-main/vault/ports.ts';
import { Secret } from '../../src-main/vault/secret.ts';
import { openVaultFile } from '../../src-main/vault/vault.ts';
import { keychainSecret, passphrase } from './vault-bench.ts';

/** What goes wrong with one call to the platform. */
export type CallFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: string;
      readonly afterEffect?: boolean;
    }
  | { readonly kind: 'reset' | 'timeout' | 'html' | 'half_json' | 'redirect'; readonly afterEffect: boolean }
  /** The answer of a create without its value, or with one that is none. */
  | { readonly kind: 'no_value' | 'odd_value' }
  /** The request is carried out when two more have come. */
  | { readonly kind: 'late' }
  | { readonly kind: 'kill'; readonly afterEffect: boolean };

/**
 * What goes wrong with one target: an error before or after it has the value, or the process is killed before or after.
 */
export type DeployFault =
  | 'READ_ONLY'
  | 'DISK_FULL'
  | 'FILE_NOT_FOUND'
  | 'TARGET_CHANGED'
  | 'fails_changed'
  | 'kill_before'
  | 'kill_after';

export interface Schedule {
  /** By number of the call to the platform, from 0. */
  readonly calls: ReadonlyMap<number, CallFault>;
  /** By number of the write to the vault: the process is killed, or the disk is full. */
  readonly writes: ReadonlyMap<number, 'kill_before' | 'kill_after' | 'disk_full'>;
  /** By number of the call: what else happens just before it. */
  readonly meanwhile: ReadonlyMap<
    number,
    'lock' | 'day_ahead' | 'day_back' | 'foreign_key' | 'abort' | 'old_ends' | 'new_ends'
  >;
  /** By number of the attempt to bring a target up. */
  readonly deploys: ReadonlyMap<number, DeployFault>;
  /** With `cutover` the platform has one key at a time, which a person regenerates. */
  readonly strategy: 'overlap' | 'cutover';
  /** The definition of the cut-over platform names a call that regenerates the key. */
  readonly regenerates: boolean;
  /** A new key is refused for so long after it was made. */
  readonly startsLateMs: number;
  /** A revoked key goes on working for so long. */
  readonly revocationDelayMs: number;
  readonly targets: number;
}

export const NO_FAULTS: Schedule = {
  calls: new Map(),
  writes: new Map(),
  meanwhile: new Map(),
  deploys: new Map(),
  strategy: 'overlap',
  regenerates: false,
  startsLateMs: 0,
  revocationDelayMs: 0,
  targets: 1,
};

/** The process was killed: whatever it still does has no effect. */
class Killed extends Error {}

const START = Date.UTC(2026, 0, 2);
const BASE_PATH = '/v1/hosting';
export const KEY_NAME = 'agent';

/** A vault with its three environments, made once: a copy of it costs nothing. */
let emptyDisk: MemoryDisk | undefined;
async function freshDisk(): Promise<MemoryDisk> {
  if (emptyDisk === undefined) {
    emptyDisk = createMemoryDisk();
    const file = openVaultFile({
      store: createMemoryVaultStore(emptyDisk),
      now: () => START,
      randomBytes,
      kdf: KDF_FLOOR,
    });
    await file.create(passphrase());
    await file.putKeychainSlot(keychainSecret());
    file.opened!.transact((tx) =>
      tx.put({
        kind: 'environment',
        environmentId: null,
        meta: { name: 'dev', kind: 'test', approve: 'live', rotateEveryDays: null, autoRotateAt: null },
      }),
    );
    file.close();
  }
  const disk = createMemoryDisk();
  for (const [path, rows] of emptyDisk.files) {
    if (rows !== 'not a vault')
      disk.files.set(path, { ...rows, records: new Map(rows.records), audit: new Map(rows.audit) });
  }
  return disk;
}

/**
 * A whole core over a platform and a disk in memory, on a clock that only waiting moves, with everything going wrong
 * that a schedule says. A killed process comes up again over the same disk.
 */
export class RotationBench {
  readonly world: SandboxWorld;
  readonly oldKey: HostingKey;
  readonly foreign: HostingKey[];
  /** Whose one key it is, on a cut-over platform. */
  readonly agent: SandboxAgent | undefined;
  readonly schedule: Schedule;
  /** Commands that were given a value. */
  readonly holders: Pick<RunEntry, 'runId' | 'pid' | 'startTicks' | 'command' | 'keys'>[] = [];
  /** What the targets have: values, as text. */
  readonly targetValues: string[];
  /** Everything that could carry a value out: views, audit, log. */
  readonly said: string[] = [];
  /** What broke an invariant while it went on. */
  readonly violations: string[] = [];
  core!: Core;
  keyRecord!: RecordId;
  /** The platform's clock; ours is off by so much. */
  #nowMs = START;
  #offsetMs = 0;
  #calls = 0;
  #writes = 0;
  #deploys = 0;
  #generation = 0;
  #isQuiet = true;
  #file!: VaultFile;
  readonly #disk: MemoryDisk;
  readonly #answered = new Set<string>();
  #late: { left: number; run: () => void }[] = [];

  private constructor(schedule: Schedule, disk: MemoryDisk, beside: RotationBench | undefined) {
    this.schedule = schedule;
    this.#disk = disk;
    this.world = beside?.world ?? createWorld('forge', () => this.#nowMs, 'a seed');
    this.world.revocationDelayMs = schedule.revocationDelayMs;
    this.oldKey = beside?.oldKey ?? addHostingKey(this.world, 'test', KEY_NAME, null);
    this.foreign = beside?.foreign ?? [addHostingKey(this.world, 'test', 'somebody-else', null)];
    this.agent = schedule.strategy === 'cutover' ? addAgent(this.world, KEY_NAME, 'ACTIVE') : undefined;
    const value = this.agent?.value ?? this.oldKey.value;
    this.targetValues = Array.from({ length: schedule.targets }, () => value);
  }

  /** @param beside another machine, with a vault of its own that has the same key */
  static async start(schedule: Schedule, beside?: RotationBench): Promise<RotationBench> {
    const bench = new RotationBench(schedule, await freshDisk(), beside);
    await bench.#boot();
    const vault = bench.core.vault.require();
    const { agent } = bench;
    const value = Secret.fromText(agent?.value ?? bench.oldKey.value);
    bench.keyRecord = vault.transact((tx) =>
      tx.put({
        kind: 'key',
        environmentId: vault.records('environment')[0]!.id,
        value,
        meta: {
          name: KEY_NAME,
          platform: agent === undefined ? 'den-hosting' : 'den-agent',
          account: agent?.agentId ?? bench.oldKey.account.id,
          tier: agent === undefined ? 'forge' : null,
          keyId: agent === undefined ? bench.oldKey.keyId : null,
          platformName: KEY_NAME,
          status: 'active',
          mode: agent === undefined ? 'test' : 'unknown',
          prefix: agent === undefined ? 'mbd_test_' : 'moltbotden_sk_',
          fingerprint: vault.fingerprint(value.expose()),
          variable: 'MOLTBOTDEN_API_KEY',
          createdAt: new Date(START).toISOString(),
          lastUsedAt: null,
          rotatedAt: null,
          rotateEveryDays: null,
          expiresAt: null,
          owner: null,
          project: null,
          purpose: null,
          scopes: [],
          cidrs: [],
          lastCheck: null,
        },
      }),
    );
    bench.#isQuiet = false;
    return bench;
  }

  readonly call: Call = {
    face: 'socket',
    actor: 'a test',
    process: null,
    signal: new AbortController().signal,
    attach: () => undefined,
  };

  /** A person makes another key on the platform's own page, which ends the one before. */
  regenerate(): Secret {
    this.agent!.value = newAgentKey(this.world);
    return Secret.fromText(this.agent!.value);
  }

  /** From here on nothing goes wrong any more. */
  endFaults(): void {
    this.#isQuiet = true;
  }

  get isLocked(): boolean {
    return this.core.vault.file.opened === undefined;
  }

  /** The process as it was, or a new one over the same disk where it was killed; unlocked, its rotations resumed. */
  async comeUp(): Promise<void> {
    if (this.#isKilled) await this.#boot();
    else if (this.isLocked) await this.#file.unlock({ with: 'keychain', secret: keychainSecret() });
    resumeRotations(this.core);
  }

  #isKilled = false;

  get wasKilled(): boolean {
    return this.#isKilled;
  }

  async #boot(): Promise<void> {
    this.#generation += 1;
    this.#isKilled = false;
    this.#disk.locked.clear();
    const now = (): number => this.#nowMs + this.#offsetMs;
    const generation = this.#generation;
    const file = openVaultFile({ store: this.#store(generation), now, randomBytes, kdf: KDF_FLOOR });
    await file.unlock({ with: 'keychain', secret: keychainSecret() });
    this.#file = file;
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
      if (this.#isKilled || generation !== this.#generation) return Promise.reject(new Killed());
      if (signal?.aborted === true) return Promise.reject(new Error('aborted'));
      this.#nowMs += ms;
      return new Promise((resolve) => setImmediate(resolve));
    };
    this.core = {
      host: 'headless',
      vault: {
        file,
        require: () => {
          if (file.opened === undefined) throw new AppError('VAULT_LOCKED', 'locked');
          return file.opened;
        },
      },
      platforms: createPlatformClient({ now, random: () => 0.5, sleep }, this.#transport(generation)),
      builtinDefinitions: BUILTIN_DEFINITIONS.map((definition) =>
        this.schedule.regenerates && definition.id === 'den-agent' ? withRegenerate(definition) : definition,
      ),
      rateLimits: new RateLimitMemory(),
      deployment: this.#deployment(),
      rotations: new RunningWork(sleep),
      runs: { running: () => this.holders },
      processes: { isAlive: () => false, describe: () => undefined },
      sandbox: { find: () => Promise.resolve(undefined) },
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (_event: string, _facts: unknown, error: unknown) => {
          if (error instanceof Error) this.said.push(error.message);
        },
      },
      now,
      randomBytes,
      emit: (_name: string, event: unknown) => void this.said.push(JSON.stringify(event)),
    } as unknown as Core;
  }

  #kill(): never {
    this.#isKilled = true;
    throw new Killed();
  }

  #store(generation: number): VaultStore {
    const store = createMemoryVaultStore(this.#disk);
    return new Proxy(store, {
      get: (real, name) => {
        const member: unknown = Reflect.get(real, name, real);
        if (name !== 'write') return typeof member === 'function' ? (member.bind(real) as unknown) : member;
        return (batch: Parameters<VaultStore['write']>[0]) => {
          if (this.#isKilled || generation !== this.#generation) throw new Killed();
          const fault = this.#isQuiet ? undefined : this.schedule.writes.get(this.#writes++);
          if (fault === 'kill_before') this.#kill();
          if (fault === 'disk_full') throw new AppError('DISK_FULL', 'The disk is full.');
          real.write(batch);
          if (fault === 'kill_after') this.#kill();
        };
      },
    });
  }

  #transport(generation: number): Transport {
    return {
      send: async (request) => {
        if (this.#isKilled || generation !== this.#generation) throw new Killed();
        const number = this.#calls++;
        this.#meanwhile(number);
        // A call takes a moment.
        this.#nowMs += 20;
        await new Promise((resolve) => setImmediate(resolve));
        if (request.signal.aborted) throw new Error('aborted');
        this.#runLate();
        const fault = this.#isQuiet ? undefined : this.schedule.calls.get(number);
        return this.#answer(request, fault);
      },
      close: () => Promise.resolve(),
    };
  }

  #meanwhile(number: number): void {
    if (this.#isQuiet) return;
    switch (this.schedule.meanwhile.get(number)) {
      case 'lock':
        this.#file.lock();
        break;
      case 'day_ahead':
        this.#offsetMs += 86_400_000;
        break;
      case 'day_back':
        this.#offsetMs -= 86_400_000;
        break;
      case 'foreign_key':
        this.foreign.push(addHostingKey(this.world, 'test', `${KEY_NAME}-v2-abcdef`, null));
        break;
      // Somebody at the platform's console.
      case 'old_ends':
        end(this.oldKey, this.#nowMs);
        break;
      case 'new_ends':
        for (const key of this.alive) if (key !== this.oldKey) end(key, this.#nowMs);
        break;
      case 'abort': {
        const [open] = this.core.vault.file.opened?.records('rotation') ?? [];
        if (open !== undefined) this.core.rotations.turnBack(open.id);
        break;
      }
      case undefined:
    }
  }

  #runLate(): void {
    for (const entry of this.#late) entry.left -= 1;
    const due = this.#late.filter(({ left }) => left <= 0);
    this.#late = this.#late.filter(({ left }) => left > 0);
    for (const { run } of due) run();
  }

  #answer(request: HttpRequest, fault: CallFault | undefined): HttpAnswer {
    const happen = () => this.#happen(request);
    if (fault === undefined) return happen();
    switch (fault.kind) {
      case 'status':
        if (fault.afterEffect === true) happen();
        return toAnswer(
          fault.status,
          { error: 'fault', message: 'a fault' },
          fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
        );
      case 'reset':
        if (fault.afterEffect) happen();
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      case 'timeout':
        if (fault.afterEffect) happen();
        this.#nowMs += 15_000;
        throw Object.assign(new Error('no answer'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
      case 'late':
        this.#late.push({ left: 2, run: () => void happen() });
        throw Object.assign(new Error('no answer'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
      case 'html':
        if (fault.afterEffect) happen();
        return { status: 200, header: () => undefined, body: Buffer.from('<html>Sign in</html>') };
      case 'redirect':
        if (fault.afterEffect) happen();
        return toAnswer(302, {}, { location: 'https://elsewhere.invalid/' });
      case 'half_json': {
        const answered = fault.afterEffect ? happen() : toAnswer(200, { key_id: 'x' });
        return { ...answered, body: answered.body.subarray(0, Math.ceil(answered.body.length / 2)) };
      }
      case 'no_value':
      case 'odd_value': {
        const answered = happen();
        const json = JSON.parse(answered.body.toString()) as Record<string, unknown>;
        if (!('key' in json)) return answered;
        return toAnswer(answered.status, { ...json, key: fault.kind === 'no_value' ? undefined : 'a\nb' });
      }
      case 'kill':
        if (fault.afterEffect) happen();
        return this.#kill();
    }
  }

  #happen({ method, url, headers, body }: HttpRequest): HttpAnswer {
    if (this.agent !== undefined) return this.#happenToAgent(this.agent, method, url, headers);
    const path = new URL(url).pathname.slice(BASE_PATH.length);
    const value = headers['X-API-Key'] ?? headers['x-api-key'];
    const key = [...this.world.keys.values()].find((candidate) => candidate.value === value);
    if (key !== undefined && this.#nowMs - key.createdAt < this.schedule.startsLateMs && key !== this.oldKey)
      return toAnswer(401, { error: 'unauthorized', message: 'Invalid credentials.' });
    const answered = answerHosting(
      this.world,
      {
        method,
        path: HOSTING_PATH + path,
        query: new URLSearchParams(),
        header: () => undefined,
        rawApiKey: value,
        body: Buffer.from(body ?? ''),
        remoteAddress: '127.0.0.1',
      },
      path,
      false,
    );
    if (method === 'DELETE' && path.endsWith(this.oldKey.keyId) && answered.status === 200)
      this.#checkRevocation();
    if (answered.status === 200 && path === '/accounts/me' && value !== undefined) this.#answered.add(value);
    return toAnswer(answered.status, answered.body, answered.headers);
  }

  #happenToAgent(
    agent: SandboxAgent,
    method: string,
    url: string,
    headers: HttpRequest['headers'],
  ): HttpAnswer {
    const wantsAnother = method === 'POST' && url.endsWith(REGENERATE_PATH);
    const answered = answerAgent(this.world, {
      method: 'GET',
      path: wantsAnother ? '/agents/me' : new URL(url).pathname,
      query: new URLSearchParams(),
      header: () => undefined,
      rawApiKey: headers['X-API-Key'] ?? headers['x-api-key'],
      body: Buffer.alloc(0),
      remoteAddress: '127.0.0.1',
    });
    if (!wantsAnother || answered.status !== 200)
      return toAnswer(answered.status, answered.body, answered.headers);
    agent.value = newAgentKey(this.world);
    return toAnswer(200, { key: agent.value });
  }

  /** SECURITY: the rule that everything else is for. */
  #checkRevocation(): void {
    const working = [...this.world.keys.values()].filter(
      (key) => key !== this.oldKey && !this.foreign.includes(key) && key.status === 'active',
    );
    if (!working.some(({ value }) => this.#answered.has(value)))
      this.violations.push('the old key was ended before a new key was seen working');
    for (const value of this.targetValues)
      if (value === this.oldKey.value) this.violations.push('the old key was ended while a target had it');
  }

  #deployment(): Deployment {
    const targets = this.targetValues.map((_, index): DeploymentTarget => ({
      id: String(index).padStart(32, '0') as RecordId,
      keyId: this.keyRecord,
      kind: 'dotenv',
      label: `target ${index}`,
      file: `/target/${index}`,
    }));
    const write = (target: DeploymentTarget, value: Secret): Promise<{ detail: string }> => {
      const fault = this.#isQuiet ? undefined : this.schedule.deploys.get(this.#deploys++);
      const text = value.expose().toString();
      const isWritten = fault === undefined || fault === 'fails_changed' || fault === 'kill_after';
      if (isWritten) this.targetValues[Number(target.id)] = text;
      if (fault === undefined) return Promise.resolve({ detail: 'written' });
      if (fault === 'kill_before' || fault === 'kill_after') {
        this.#isKilled = true;
        return Promise.reject(new Killed());
      }
      const code = fault === 'fails_changed' ? 'STORAGE_FAILED' : fault;
      return Promise.reject(new AppError(code, 'The file cannot be written.', 'Put that right.'));
    };
    return {
      targetsOf: () => targets,
      plan: () => Promise.resolve({ detail: '', problem: null }),
      apply: (target, value) => write(target, value),
      putBack: (target, value) => write(target, value),
      check: (target, { vault }) =>
        Promise.resolve({
          isKnown: true,
          fingerprint: vault.fingerprint(Buffer.from(this.targetValues[Number(target.id)] ?? '')),
          detail: '',
        }),
    };
  }

  /** The value that the vault gives out for the key. */
  get vaultValue(): string {
    return this.core.vault.require().openValue(this.keyRecord).expose().toString();
  }

  /** Keys at the platform that are ours and alive. */
  get alive(): HostingKey[] {
    return [...this.world.keys.values()].filter(
      (key) => key.status === 'active' && !this.foreign.includes(key),
    );
  }

  note(view: RotationView): void {
    this.said.push(JSON.stringify(view));
  }

  close(): void {
    this.#file.close();
  }
}

const REGENERATE_PATH = '/agents/me/regenerate';

/** As an imported definition would have it. */
const withRegenerate = (definition: PlatformDefinition): PlatformDefinition => ({
  ...definition,
  calls: {
    ...definition.calls,
    regenerate: { method: 'POST', path: REGENERATE_PATH, fields: { value: ['key'] } },
  },
});

function end(key: HostingKey, now: number): void {
  key.status = 'revoked';
  key.revokedAt ??= now;
}

const toAnswer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    header: (name) => lower.get(name.toLowerCase()),
    body: Buffer.from(JSON.stringify(body)),
  };
};
