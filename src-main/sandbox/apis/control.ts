import { z } from 'zod';
import { type Cidr, parseCidr } from '../../../src-shared/domain/addresses/cidr.ts';
import { answer, type ApiAnswer, type ApiRequest, findObject, rfc3339 } from '../api-request.ts';
import { type FaultQueue, requestFault } from '../faults.ts';
import {
  ACCOUNT_STATUSES,
  addAgent,
  addHostingKey,
  AGENT_STATUSES,
  MODES,
  newAgentKey,
  type SandboxWorld,
} from '../world.ts';

/** How a test, a drill or the first-run experience sets the sandbox up. Only whoever has the token gets here. */

const id = z.string().min(1).max(100);

/** Lasting states; the faults of single requests are in faults.ts. */
const stateFault = z.discriminatedUnion('kind', [
  /** Of a Hosting key or an agent. null: any address. */
  z.strictObject({
    kind: z.literal('allow_list'),
    id,
    cidrs: z.array(z.string().max(64)).max(1000).nullable(),
  }),
  z.strictObject({
    kind: z.literal('account'),
    owner: z.enum(MODES),
    status: z.enum(ACCOUNT_STATUSES).optional(),
    tier: z.enum(['spark', 'ember', 'blaze', 'forge']).optional(),
  }),
  z.strictObject({ kind: z.literal('agent'), id, status: z.enum(AGENT_STATUSES) }),
  z.strictObject({ kind: z.literal('key_status'), id, status: z.enum(['active', 'disabled', 'revoked']) }),
  z.strictObject({ kind: z.literal('revocation_delay'), ms: z.number().int().min(0).max(86_400_000) }),
  z.strictObject({ kind: z.literal('rate_headers'), enabled: z.boolean() }),
]);

const clockChange = z.union([
  z.strictObject({ advanceMs: z.number().int().min(-1e13).max(1e13) }),
  z.strictObject({ setMs: z.number().int().min(0).max(8.64e15) }),
]);

const wantedKey = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hosting'),
    mode: z.enum(MODES),
    name: z.string().min(1).max(200).default('minted'),
  }),
  z.strictObject({
    kind: z.literal('agent'),
    name: z.string().min(1).max(200).default('sandbox-agent'),
    status: z.enum(AGENT_STATUSES).default('ACTIVE'),
    /** Regenerates this agent's key; the old one ends at once. */
    agent_id: id.optional(),
  }),
]);

export interface ControlContext {
  readonly world: SandboxWorld;
  readonly faults: FaultQueue;
  readonly baseUrl: string;
  readonly shutDown: () => void;
}

const refusal = (status: number, error: string): ApiAnswer => answer(status, { error });
const done = answer(200, { ok: true });

function read<T>(schema: z.ZodType<T>, request: ApiRequest, then: (value: T) => ApiAnswer): ApiAnswer {
  const parsed = schema.safeParse(findObject(request));
  if (parsed.success) return then(parsed.data);
  return refusal(
    400,
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  );
}

function stateView({ world, faults, baseUrl }: ControlContext): ApiAnswer {
  const time = (at: number | null): string | null => (at === null ? null : rfc3339(at));
  return answer(200, {
    now: rfc3339(world.clock.now()),
    now_ms: world.clock.now(),
    base_url: baseUrl,
    accounts: MODES.map((mode) => {
      const { id: accountId, email, tier, status } = world.accounts[mode];
      return { owner: mode, id: accountId, email, tier, status };
    }),
    keys: [...world.keys.values()].map((key) => ({
      key_id: key.keyId,
      owner: key.account.mode,
      name: key.name,
      description: key.description,
      status: key.status,
      created_at: time(key.createdAt),
      last_used_at: time(key.lastUsedAt),
      revoked_at: time(key.revokedAt),
    })),
    agents: [...world.agents.values()].map(({ agentId, name, status }) => ({
      agent_id: agentId,
      name,
      status,
    })),
    sessions: world.idTokens.size,
    faults: faults.list(),
    requests: world.requests.map((entry) => ({ ...entry, at: rfc3339(entry.at) })),
  });
}

function setState(world: SandboxWorld, fault: z.infer<typeof stateFault>): ApiAnswer {
  const unknown = refusal(404, 'no key or agent has that id');
  switch (fault.kind) {
    case 'allow_list': {
      const cidrs: Cidr[] = [];
      for (const text of fault.cidrs ?? []) {
        const parsed = parseCidr(text);
        if (!parsed.ok) return refusal(400, `${text}: ${parsed.problem}`);
        cidrs.push(parsed.cidr);
      }
      const holder = world.keys.get(fault.id) ?? world.agents.get(fault.id);
      if (!holder) return unknown;
      holder.allowList = fault.cidrs === null ? null : cidrs;
      return done;
    }
    case 'account': {
      const account = world.accounts[fault.owner];
      account.status = fault.status ?? account.status;
      account.tier = fault.tier ?? account.tier;
      return done;
    }
    case 'agent': {
      const agent = world.agents.get(fault.id);
      if (!agent) return unknown;
      agent.status = fault.status;
      return done;
    }
    case 'key_status': {
      const key = world.keys.get(fault.id);
      if (!key) return unknown;
      key.status = fault.status;
      key.revokedAt = fault.status === 'revoked' ? world.clock.now() : null;
      return done;
    }
    case 'revocation_delay':
      world.revocationDelayMs = fault.ms;
      return done;
    case 'rate_headers':
      world.sendsRateHeaders = fault.enabled;
      return done;
  }
}

function mintKey(world: SandboxWorld, wanted: z.infer<typeof wantedKey>): ApiAnswer {
  if (wanted.kind === 'hosting') {
    const key = addHostingKey(world, wanted.mode, wanted.name, null);
    return answer(201, { key_id: key.keyId, name: key.name, mode: wanted.mode, key: key.value });
  }
  if (wanted.agent_id === undefined) {
    const agent = addAgent(world, wanted.name, wanted.status);
    return answer(201, { agent_id: agent.agentId, name: agent.name, status: agent.status, key: agent.value });
  }
  const agent = world.agents.get(wanted.agent_id);
  if (!agent) return refusal(404, 'no agent has that id');
  agent.value = newAgentKey(world);
  return answer(200, { agent_id: agent.agentId, name: agent.name, status: agent.status, key: agent.value });
}

export function answerControl(context: ControlContext, request: ApiRequest): ApiAnswer {
  const { world, faults } = context;
  switch (`${request.method} ${request.path}`) {
    case 'GET /health':
      return answer(200, { ok: true, pid: process.pid, base_url: context.baseUrl });
    case 'GET /state':
      return stateView(context);
    case 'POST /faults':
      return read(z.union([requestFault, stateFault]), request, (fault) => {
        const asRequestFault = requestFault.safeParse(fault);
        if (!asRequestFault.success) return setState(world, stateFault.parse(fault));
        faults.add(asRequestFault.data);
        return done;
      });
    case 'DELETE /faults':
      faults.clear();
      return done;
    case 'POST /clock':
      return read(clockChange, request, (change) => {
        if ('setMs' in change) world.clock.set(change.setMs);
        else world.clock.advance(change.advanceMs);
        return answer(200, { now: rfc3339(world.clock.now()), now_ms: world.clock.now() });
      });
    case 'POST /keys':
      return read(wantedKey, request, (wanted) => mintKey(world, wanted));
    case 'POST /reset':
      faults.clear();
      world.reset();
      return done;
    case 'POST /shutdown':
      context.shutDown();
      return done;
    default:
      return refusal(404, 'no such control');
  }
}
