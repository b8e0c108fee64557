import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { AgentConnection } from '../../../src-main/agent/client.ts';
import { startAgent } from '../../../src-main/agent/start-agent.ts';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../../src-main/sandbox/start-sandbox.ts';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { DEFAULT_ENVIRONMENTS } from '../../../src-shared/domain/names.ts';
import type { EnvironmentMeta } from '../../../src-shared/domain/vault-records.ts';
import { AGENT, AgentHome, PASSPHRASE, pause, ROOT } from '../homes/agent-home.ts';
import { passphrase } from '../vault/vault-bench.ts';

interface SandboxState {
  readonly keys: readonly { readonly key_id: string; readonly name: string; readonly status: string }[];
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly by: string | null;
  }[];
}

const VARIABLE = 'MOLTBOTDEN_API_KEY';
const OVER = new Set(['done', 'rolled_back', 'failed']);

/** A vault whose key derivation costs next to nothing: its agent is started dozens of times. */
async function makeVault(file: string): Promise<void> {
  mkdirSync(path.dirname(file), { mode: 0o700 });
  const vault = openVaultFile({
    store: createSqliteVaultStore({ path: file }),
    now: Date.now,
    randomBytes,
    kdf: KDF_FLOOR,
  });
  await vault.create(passphrase(PASSPHRASE));
  vault.opened!.transact((tx) => {
    for (const { name, kind } of DEFAULT_ENVIRONMENTS) {
      const meta: EnvironmentMeta = {
        name,
        kind,
        approve: 'live',
        rotateEveryDays: null,
        autoRotateAt: null,
      };
      tx.put({ kind: 'environment', environmentId: null, meta });
    }
  });
  vault.close();
}

/** The built agent beside the sandbox platform, with keys that are deployed to a file each, to be killed while it rotates them. */
export class RotationHome {
  readonly home: AgentHome;
  readonly keys: readonly string[];
  agent!: AgentConnection;
  /** Ids of keys; of all the time, for the sandbox remembers its last thousand requests only. */
  readonly #seenWorking = new Set<string>();
  #control!: NonNullable<Awaited<ReturnType<typeof findSandbox>>>;

  private constructor(home: AgentHome, keys: readonly string[]) {
    this.home = home;
    this.keys = keys;
  }

  static async start(count: number): Promise<RotationHome> {
    const home = new AgentHome();
    await makeVault(home.paths.vault);
    await home.ok('sandbox', 'start', '--tier', 'forge');
    const started = new RotationHome(
      home,
      Array.from(
        { length: count },
        (_, index) => `agent-${String(index + 1).padStart(String(count).length, '0')}`,
      ),
    );
    started.#control = (await findSandbox(home.home))!;
    await started.comeUp();
    await started.agent.request('keys.create', { name: 'agent', platform: 'sandbox-hosting', count });
    for (const key of started.keys) {
      writeFileSync(started.fileOf(key), `${VARIABLE}=\n`);
      const place = { kind: 'dotenv', path: started.fileOf(key), variable: VARIABLE } as const;
      await started.agent.request('deployments.add', { key, place });
    }
    return started;
  }

  async dispose(): Promise<void> {
    this.agent.close();
    await this.home.keymolt(['sandbox', 'stop']);
    await this.home.dispose();
  }

  fileOf(key: string): string {
    return path.join(this.home.folder, `${key}.env`);
  }

  /** What `env-files.ts` writes before it takes the file's place. */
  newFileOf(key: string): string {
    return path.join(this.home.folder, `.${key}.env.keymolt-new`);
  }

  async #ask(method: 'GET' | 'POST' | 'DELETE', where: string, body?: unknown): Promise<unknown> {
    const answer = await callControl(this.#control, method, where, body);
    expect(answer?.status, where).toBeLessThan(300);
    return answer!.json;
  }

  async fault(fault: object): Promise<void> {
    await this.#ask('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#ask('DELETE', '/faults');
  }

  async platform(): Promise<SandboxState> {
    return (await this.#ask('GET', '/state')) as SandboxState;
  }

  /** A fresh agent, unlocked: what was left of a rotation goes on by itself. */
  async comeUp(): Promise<void> {
    this.agent = await startAgent(this.home.paths, { entry: AGENT, packageRoot: ROOT }, this.home.env);
    await this.agent.request('vault.unlock', { with: 'passphrase', secret: Buffer.from(PASSPHRASE) });
  }

  async killAndComeUp(): Promise<void> {
    await this.home.killAgent();
    this.agent.close();
    await this.comeUp();
  }

  /** Begins to rotate a key, and gives how far it came; undefined where the agent ended meanwhile. */
  async rotate(key: string): Promise<string | undefined> {
    return this.agent
      .request('rotations.start', { key, no_deploy_check: true })
      .then((answer) => answer.result().rotation.state)
      .catch(() => undefined);
  }

  /** Takes the key's rotation to its end. */
  async finish(key: string): Promise<string> {
    for (let times = 0; times < 5; times += 1) {
      const { rotation } = await this.agent
        .request('rotations.resume', { key, no_deploy_check: true })
        .then((answer) => answer.result())
        .catch((error: unknown) => {
          // Killed before it was begun: the key is as it was.
          if (String(error).includes('has not been rotated')) return { rotation: { state: 'rolled_back' } };
          throw error;
        });
      if (OVER.has(rotation.state)) return rotation.state;
    }
    return 'open';
  }

  /** What all of this is for. @param keys of which the rotations are over */
  async expectWhatIsPromised(keys: readonly string[] = this.keys): Promise<void> {
    const wanted: string[] = [];
    for (const name of keys) {
      const { key } = (await this.agent.request('keys.test', { key: name })).result();
      expect(key.last_check?.outcome, name).toBe('ok');
      wanted.push(key.key_id!);
      const deployed = new RegExp(`^${VARIABLE}=["']?(.*?)["']?$`, 'm').exec(
        readFileSync(this.fileOf(name), 'utf8'),
      )?.[1];
      // Empty: nothing was ever brought to it.
      if (deployed === undefined || deployed === '') continue;
      const me = await fetch(`${this.#control.hostingUrl}/accounts/me`, {
        headers: { 'x-api-key': deployed },
      });
      expect(me.status, `what the target of ${name} has`).toBe(200);
    }
    const { keys: all, requests } = await this.platform();
    const active = all.filter(({ status }) => status === 'active');
    const ours = active.filter(({ name }) => keys.some((key) => name === key || name.startsWith(`${key}-v`)));
    expect(ours.map(({ key_id: id }) => id).sort()).toEqual(wanted.sort());
    // No key's end was asked for by one that had not been seen working.
    for (const { method, path: where, by, status } of requests) {
      if (status !== 200 || by === null) continue;
      if (where.endsWith('/accounts/me')) this.#seenWorking.add(by);
      if (method !== 'DELETE' || where.endsWith(`/${by}`)) continue;
      expect(this.#seenWorking, `${where} by ${by}`).toContain(by);
    }
    const left = readdirSync(this.home.folder).filter((name) => name.endsWith('.keymolt-new'));
    expect(left, 'copies of a value beside the targets').toEqual([]);
  }

  /** SECURITY: no value anywhere, whatever was interrupted. */
  expectNothingSaid(): void {
    expect(this.home.printed + this.home.log).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
  }

  /**
   * Puts strace (Debian's package of that name) on the running agent and waits until it has all of its threads, or the one
   * that SQLite works in.
   */
  async trace(threads: 'all' | 'first', ...tracing: readonly string[]): Promise<ChildProcess> {
    const [pid] = this.home.agentPids();
    const follow = threads === 'all' ? ['-f'] : [];
    const strace = spawn('strace', ['-qqq', ...follow, '-p', String(pid), '-e', 'signal=none', ...tracing], {
      stdio: 'ignore',
    });
    const traced = (thread: string): boolean =>
      !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'));
    const wanted = (): string[] => (threads === 'all' ? readdirSync(`/proc/${pid}/task`) : [String(pid)]);
    while (!wanted().every(traced)) await pause(5);
    return strace;
  }
}

/** Lets the agent go again, where it was not killed. */
export async function endTrace(strace: ChildProcess): Promise<void> {
  if (strace.exitCode !== null || strace.signalCode !== null) return;
  const ended = new Promise((resolve) => strace.once('close', resolve));
  strace.kill('SIGINT');
  // It does not always see that all of its threads are gone.
  const enough = setTimeout(() => strace.kill('SIGKILL'), 500);
  await ended;
  clearTimeout(enough);
}
