import { BugError } from '../../src-shared/errors/bug-error.ts';
import type { Cidr } from '../../src-shared/domain/addresses/cidr.ts';
import { createSandboxClock, type SandboxClock } from './clock.ts';
import { createRateMeter, type RateMeter } from './rate-meter.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** Everything the sandbox knows, in memory. The values in it are test data that nothing real accepts. */

export const MODES = ['test', 'live'] as const;
export type Mode = (typeof MODES)[number];
export const AGENT_STATUSES = ['PENDING', 'PROVISIONAL', 'ACTIVE', 'SUSPENDED', 'INACTIVE'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];
export const ACCOUNT_STATUSES = ['active', 'suspended', 'inactive'] as const;

export interface HostingAccount {
  readonly id: string;
  readonly mode: Mode;
  readonly email: string;
  readonly password: string;
  tier: string;
  status: (typeof ACCOUNT_STATUSES)[number];
}

export interface HostingKey {
  readonly keyId: string;
  readonly account: HostingAccount;
  readonly name: string;
  readonly description: string | null;
  readonly value: string;
  readonly createdAt: number;
  lastUsedAt: number | null;
  status: 'active' | 'disabled' | 'revoked';
  revokedAt: number | null;
  allowList: readonly Cidr[] | null;
}

export interface SandboxAgent {
  readonly agentId: string;
  readonly name: string;
  /** Regenerating replaces it: one key per agent. */
  value: string;
  status: AgentStatus;
  allowList: readonly Cidr[] | null;
  readonly activity: {
    readonly at: number;
    readonly method: string;
    readonly path: string;
    readonly status: number;
  }[];
}

export interface Session {
  readonly account: HostingAccount;
  readonly expiresAt: number;
}

export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The key's or agent's id where one was recognised. */
  readonly by: string | null;
}

export interface SandboxWorld {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly meter: RateMeter;
  readonly accounts: Readonly<Record<Mode, HostingAccount>>;
  readonly keys: Map<string, HostingKey>;
  readonly agents: Map<string, SandboxAgent>;
  readonly idTokens: Map<string, Session>;
  readonly refreshTokens: Map<string, HostingAccount>;
  readonly dens: Map<
    string,
    {
      readonly id: string;
      readonly name: string;
      readonly messages: { at: number; by: string; text: string }[];
    }
  >;
  readonly requests: LoggedRequest[];
  readonly webApiKey: string;
  /** For how long a revoked key goes on working. */
  revocationDelayMs: number;
  sendsRateHeaders: boolean;
  reset(): void;
}

const MAX_LOGGED = 1000;
const MAX_THINGS = 20_000;

export function createWorld(tier: string, now: () => number, seed?: string): SandboxWorld {
  const random = createSeededRandom(seed);
  const clock = createSandboxClock(now);
  const account = (mode: Mode): HostingAccount => ({
    id: `acct_${mode}_${random.hex(12)}`,
    mode,
    email: `owner-${mode}@sandbox.invalid`,
    password: random.alphanumeric(20),
    tier,
    status: 'active',
  });
  const world: SandboxWorld = {
    clock,
    random,
    meter: createRateMeter(),
    accounts: { test: account('test'), live: account('live') },
    keys: new Map(),
    agents: new Map(),
    idTokens: new Map(),
    refreshTokens: new Map(),
    dens: new Map(),
    requests: [],
    webApiKey: `sandbox-web-${random.alphanumeric(16)}`,
    revocationDelayMs: 0,
    sendsRateHeaders: true,
    reset() {
      for (const map of [world.keys, world.agents, world.idTokens, world.refreshTokens, world.dens])
        map.clear();
      world.requests.length = 0;
      world.meter.reset();
      clock.reset();
      world.revocationDelayMs = 0;
      world.sendsRateHeaders = true;
      for (const mode of MODES) {
        world.accounts[mode].tier = tier;
        world.accounts[mode].status = 'active';
      }
      openDefaultDen(world);
    },
  };
  openDefaultDen(world);
  return world;
}

function openDefaultDen(world: SandboxWorld): void {
  world.dens.set('the-den', { id: 'the-den', name: 'The Den', messages: [] });
}

function checkRoom(map: ReadonlyMap<string, unknown>): void {
  if (map.size >= MAX_THINGS) throw new BugError('the sandbox is full: reset it');
}

export function addHostingKey(
  world: SandboxWorld,
  mode: Mode,
  name: string,
  description: string | null,
): HostingKey {
  checkRoom(world.keys);
  const key: HostingKey = {
    keyId: `key_${world.random.hex(16)}`,
    account: world.accounts[mode],
    name,
    description,
    value: `mbd_${mode}_${world.random.alphanumeric(32)}`,
    createdAt: world.clock.now(),
    lastUsedAt: null,
    status: 'active',
    revokedAt: null,
    allowList: null,
  };
  world.keys.set(key.keyId, key);
  return key;
}

export function addAgent(world: SandboxWorld, name: string, status: AgentStatus): SandboxAgent {
  checkRoom(world.agents);
  const agent: SandboxAgent = {
    agentId: `agent_${world.random.hex(12)}`,
    name,
    value: newAgentKey(world),
    status,
    allowList: null,
    activity: [],
  };
  world.agents.set(agent.agentId, agent);
  return agent;
}

export const newAgentKey = (world: SandboxWorld): string => `moltbotden_sk_${world.random.hex(32)}`;

export function logRequest(world: SandboxWorld, entry: LoggedRequest): void {
  world.requests.push(entry);
  if (world.requests.length > MAX_LOGGED) world.requests.shift();
}
