import { answerAgent } from '../../../src-main/sandbox/apis/agent.ts';
import { answerHosting, HOSTING_PATH } from '../../../src-main/sandbox/apis/hosting.ts';
import {
  addAgent,
  addHostingKey,
  createWorld,
  type HostingKey,
  newAgentKey,
  type SandboxAgent,
  type SandboxWorld,
} from '../../../src-main/sandbox/world.ts';
import type { HttpAnswer, HttpRequest } from '../../../src-main/platforms/transport.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import type { CallFault, Schedule } from '../rotation/rotation-faults.ts';

/** Only waiting moves it. */
export interface BenchClock {
  nowMs: number;
}

/** The process was killed: whatever it still does has no effect. */
export class Killed extends Error {}

export const KEY_NAME = 'agent';
const BASE_PATH = '/v1/hosting';
const REGENERATE_PATH = '/agents/me/regenerate';

/** The sandbox's platform without its server, doing what a schedule says of its answers. */
export class FaultyPlatform {
  readonly world: SandboxWorld;
  readonly oldKey: HostingKey;
  /** Keys of somebody else. */
  readonly foreign: HostingKey[];
  /** Whose one key it is, on a cut-over platform. */
  readonly agent: SandboxAgent | undefined;
  /** Values that were seen working. */
  readonly answered = new Set<string>();
  readonly #schedule: Schedule;
  readonly #clock: BenchClock;
  readonly #onOldKeyRevoked: () => void;
  #late: { left: number; run: () => void }[] = [];

  /** @param beside of another machine, which has the same key */
  constructor(
    schedule: Schedule,
    clock: BenchClock,
    onOldKeyRevoked: () => void,
    beside: FaultyPlatform | undefined,
  ) {
    this.#schedule = schedule;
    this.#clock = clock;
    this.#onOldKeyRevoked = onOldKeyRevoked;
    this.world = beside?.world ?? createWorld('forge', () => clock.nowMs, 'a seed');
    this.world.revocationDelayMs = schedule.revocationDelayMs;
    this.oldKey = beside?.oldKey ?? addHostingKey(this.world, 'test', KEY_NAME, null);
    this.foreign = beside?.foreign ?? [addHostingKey(this.world, 'test', 'somebody-else', null)];
    this.agent = schedule.strategy === 'cutover' ? addAgent(this.world, KEY_NAME, 'ACTIVE') : undefined;
  }

  /** Keys that are ours and alive. */
  get alive(): HostingKey[] {
    return [...this.world.keys.values()].filter(
      (key) => key.status === 'active' && !this.foreign.includes(key),
    );
  }

  /** A built-in definition, as a person might have changed it. */
  definition(builtin: PlatformDefinition): PlatformDefinition {
    const { calls } = builtin;
    const end = this.#schedule.newKeyEndsAt === undefined ? {} : { expiresAt: ['expires_at'] };
    if (builtin.id === 'den-hosting' && calls.create !== null)
      return {
        ...builtin,
        calls: { ...calls, create: { ...calls.create, fields: { ...calls.create.fields, ...end } } },
      };
    if (builtin.id !== 'den-agent' || !this.#schedule.regenerates) return builtin;
    return {
      ...builtin,
      calls: {
        ...calls,
        regenerate: { method: 'POST', path: REGENERATE_PATH, fields: { value: ['key'], ...end } },
      },
    };
  }

  /** A person makes another key on the platform's own page, which ends the one before. */
  regenerate(): Secret {
    this.agent!.value = newAgentKey(this.world);
    return Secret.fromText(this.agent!.value);
  }

  /** Somebody makes a key at the platform's console that looks like one of ours. */
  makeForeignKey(): void {
    this.foreign.push(addHostingKey(this.world, 'test', `${KEY_NAME}-v2-abcdef`, null));
  }

  /** Somebody ends keys at the platform's console. */
  end(keys: readonly HostingKey[]): void {
    for (const key of keys) {
      key.status = 'revoked';
      key.revokedAt ??= this.#clock.nowMs;
    }
  }

  /** @throws {Killed} where the process is killed at this call */
  answer(request: HttpRequest, fault: CallFault | undefined): HttpAnswer {
    this.#runLate();
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
        this.#clock.nowMs += 15_000;
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
        throw new Killed();
    }
  }

  #runLate(): void {
    for (const entry of this.#late) entry.left -= 1;
    const due = this.#late.filter(({ left }) => left <= 0);
    this.#late = this.#late.filter(({ left }) => left > 0);
    for (const { run } of due) run();
  }

  #happen({ method, url, headers, body }: HttpRequest): HttpAnswer {
    const value = headers['X-API-Key'] ?? headers['x-api-key'];
    if (this.agent !== undefined) return this.#happenToAgent(this.agent, method, url, value);
    const path = new URL(url).pathname.slice(BASE_PATH.length);
    const key = [...this.world.keys.values()].find((candidate) => candidate.value === value);
    const isTooNew =
      key !== undefined &&
      this.#clock.nowMs - key.createdAt < this.#schedule.startsLateMs &&
      key !== this.oldKey;
    if (isTooNew) return toAnswer(401, { error: 'unauthorized', message: 'Invalid credentials.' });
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
      this.#onOldKeyRevoked();
    if (answered.status === 200 && path === '/accounts/me' && value !== undefined) this.answered.add(value);
    const json = { ...(answered.body as { keys?: readonly object[] }), ...this.#end };
    if (this.#schedule.hidesUse === true && json.keys !== undefined)
      json.keys = json.keys.map((listed) => ({ ...listed, last_used_at: null }));
    return toAnswer(answered.status, json, answered.headers);
  }

  #happenToAgent(agent: SandboxAgent, method: string, url: string, value: string | undefined): HttpAnswer {
    const wantsAnother = method === 'POST' && url.endsWith(REGENERATE_PATH);
    const answered = answerAgent(this.world, {
      method: 'GET',
      path: wantsAnother ? '/agents/me' : new URL(url).pathname,
      query: new URLSearchParams(),
      header: () => undefined,
      rawApiKey: value,
      body: Buffer.alloc(0),
      remoteAddress: '127.0.0.1',
    });
    if (!wantsAnother || answered.status !== 200)
      return toAnswer(answered.status, answered.body, answered.headers);
    agent.value = newAgentKey(this.world);
    return toAnswer(200, { key: agent.value, ...this.#end });
  }

  /** The sandbox's keys have no end, so it is put into every answer. */
  get #end(): object {
    const { newKeyEndsAt } = this.#schedule;
    return newKeyEndsAt === undefined ? {} : { expires_at: newKeyEndsAt };
  }
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
