import { randomBytes } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { RotationView } from '../../../src-shared/contract/views.ts';
import { createPlatformClient } from '../../../src-main/platforms/client.ts';
import { BUILTIN_DEFINITIONS } from '../../../src-main/platforms/definitions/index.ts';
import type { Transport } from '../../../src-main/platforms/transport.ts';
import type { HostingKey, SandboxAgent } from '../../../src-main/sandbox/world.ts';
import type { Call, Core } from '../../../src-main/services/context.ts';
import { RateLimitMemory } from '../../../src-main/services/platforms/rate-limit-memory.ts';
import type { Deployment, DeploymentTarget } from '../../../src-main/services/rotation/deployment-port.ts';
import type { RunEntry } from '../../../src-main/services/runs/run-register.ts';
import { resumeRotations } from '../../../src-main/services/rotation/run-rotation.ts';
import { RunningWork } from '../../../src-main/services/rotation/running-work.ts';
import {
  createMemoryDisk,
  createMemoryVaultStore,
  type MemoryDisk,
} from '../../../src-main/store/memory-vault-store.ts';
import type { VaultStore } from '../../../src-main/vault/store-port.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import type { RecordId, VaultFile } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { type BenchClock, FaultyPlatform, Killed, KEY_NAME } from '../platform/faulty-platform.ts';
import type { Schedule } from './rotation-faults.ts';
import { keychainSecret, passphrase } from '../vault/vault-bench.ts';

const START = Date.UTC(2026, 0, 2);

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
  readonly platform: FaultyPlatform;
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
  readonly #clock: BenchClock = { nowMs: START };
  #offsetMs = 0;
  #calls = 0;
  #writes = 0;
  #deploys = 0;
  #generation = 0;
  #isQuiet = true;
  #file!: VaultFile;
  readonly #disk: MemoryDisk;

  private constructor(schedule: Schedule, disk: MemoryDisk, beside: RotationBench | undefined) {
    this.schedule = schedule;
    this.#disk = disk;
    this.platform = new FaultyPlatform(
      schedule,
      this.#clock,
      () => this.#checkRevocation(),
      beside?.platform,
    );
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

  get oldKey(): HostingKey {
    return this.platform.oldKey;
  }

  get foreign(): readonly HostingKey[] {
    return this.platform.foreign;
  }

  /** Whose one key it is, on a cut-over platform. */
  get agent(): SandboxAgent | undefined {
    return this.platform.agent;
  }

  /** Keys at the platform that are ours and alive. */
  get alive(): HostingKey[] {
    return this.platform.alive;
  }

  readonly call: Call = {
    face: 'socket',
    actor: 'a test',
    process: null,
    signal: new AbortController().signal,
    attach: () => undefined,
  };

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
    const now = (): number => this.#clock.nowMs + this.#offsetMs;
    const generation = this.#generation;
    const file = openVaultFile({ store: this.#store(generation), now, randomBytes, kdf: KDF_FLOOR });
    await file.unlock({ with: 'keychain', secret: keychainSecret() });
    this.#file = file;
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
      if (this.#isKilled || generation !== this.#generation) return Promise.reject(new Killed());
      if (signal?.aborted === true) return Promise.reject(new Error('aborted'));
      this.#clock.nowMs += ms;
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
      builtinDefinitions: BUILTIN_DEFINITIONS.map((builtin) => this.platform.definition(builtin)),
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
        this.#clock.nowMs += 20;
        await new Promise((resolve) => setImmediate(resolve));
        if (request.signal.aborted) throw new Error('aborted');
        const fault = this.#isQuiet ? undefined : this.schedule.calls.get(number);
        try {
          return this.platform.answer(request, fault);
        } catch (error) {
          if (error instanceof Killed) this.#isKilled = true;
          throw error;
        }
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
        this.platform.makeForeignKey();
        break;
      // Somebody at the platform's console.
      case 'old_ends':
        this.platform.end([this.oldKey]);
        break;
      case 'new_ends':
        this.platform.end(this.alive.filter((key) => key !== this.oldKey));
        break;
      case 'abort': {
        const [open] = this.core.vault.file.opened?.records('rotation') ?? [];
        if (open !== undefined) this.core.rotations.turnBack(open.id);
        break;
      }
      case undefined:
    }
  }

  /** SECURITY: the rule that everything else is for. */
  #checkRevocation(): void {
    const working = this.alive.filter((key) => key !== this.oldKey);
    if (!working.some(({ value }) => this.platform.answered.has(value)))
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
      if (fault === undefined || fault === 'undone') return Promise.resolve({ detail: 'written' });
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

  note(view: RotationView): void {
    this.said.push(JSON.stringify(view));
  }

  close(): void {
    this.#file.close();
  }
}
