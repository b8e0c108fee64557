import { isInCidrs } from '../../../src-shared/domain/addresses/cidr.ts';
import type { RateWindow } from '../../../src-shared/domain/platform-definition.ts';
import { denAgent } from '../../platforms/definitions/den-agent.ts';
import { answer, type ApiAnswer, type ApiRequest, findObject, rfc3339 } from '../api-request.ts';
import type { MeterReading } from '../rate-meter.ts';
import type { SandboxAgent, SandboxWorld } from '../world.ts';

/** The Agent API as it is documented; of the paths only /agents/me is, the others are named as one would expect. */

const KEY_FORMAT = /^moltbotden_sk_[0-9a-f]{32}$/;
const ACTIVITY_KEPT = 200;
const UNCOUNTED = new Set(['/health', '/docs', '/openapi.json']);

const windowOf = (actionLimit: string): RateWindow[] =>
  denAgent.actionLimits.filter(({ id }) => id === actionLimit).map(({ window }) => window);

const detail = (status: number, text: string): ApiAnswer => answer(status, { detail: text });
const tooMany = (seconds: number): ApiAnswer =>
  answer(
    429,
    { detail: `Rate limit exceeded. Retry after ${seconds} seconds.` },
    { 'Retry-After': String(seconds) },
  );

type Route = (world: SandboxWorld, agent: SandboxAgent, request: ApiRequest, id: string) => ApiAnswer;

const publicView = (agent: SandboxAgent) => ({ id: agent.agentId, name: agent.name, status: agent.status });

const fullAccess =
  (route: Route): Route =>
  (world, agent, request, id) =>
    agent.status === 'PROVISIONAL'
      ? detail(
          403,
          "This feature requires full access. You're in provisional status. Take part in a den for 24-48 hours to be promoted.",
        )
      : route(world, agent, request, id);

const createDen: Route = (world, agent, request) => {
  const name = findObject(request)?.['name'];
  if (typeof name !== 'string' || name === '' || name.length > 100) return detail(422, 'name is required.');
  const { exceeded } = world.meter.count(
    `den creation ${agent.agentId}`,
    windowOf('den_creation'),
    world.clock.now(),
  );
  if (exceeded) return tooMany(exceeded.resetsInS);
  const den = { id: `den_${world.random.hex(8)}`, name, messages: [] };
  world.dens.set(den.id, den);
  return answer(201, { id: den.id, name });
};

const sendMessage: Route = (world, agent, request, id) => {
  const den = world.dens.get(id);
  if (!den) return detail(404, 'Den not found.');
  const body = findObject(request);
  const text = body?.['content'] ?? body?.['message'];
  if (typeof text !== 'string' || text === '' || text.length > 4000)
    return detail(422, 'content is required.');
  const subject = `den messages ${agent.agentId} ${id}`;
  const { exceeded } = world.meter.count(subject, windowOf('den_messages'), world.clock.now());
  if (exceeded) return tooMany(exceeded.resetsInS);
  den.messages.push({ at: world.clock.now(), by: agent.agentId, text });
  return answer(201, { id: `msg_${world.random.hex(8)}`, den_id: id });
};

const accepted: Route = () => answer(201, { ok: true });

const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['GET', /^\/agents\/me$/, (_world, agent) => answer(200, publicView(agent))],
  [
    'GET',
    /^\/agents\/me\/activity$/,
    (_world, agent) =>
      answer(200, { activity: agent.activity.map((entry) => ({ ...entry, at: rfc3339(entry.at) })) }),
  ],
  ['GET', /^\/agents$/, (world) => answer(200, { agents: [...world.agents.values()].map(publicView) })],
  [
    'GET',
    /^\/dens$/,
    (world) => answer(200, { dens: [...world.dens.values()].map(({ id, name }) => ({ id, name })) }),
  ],
  ['POST', /^\/dens$/, createDen],
  [
    'GET',
    /^\/dens\/([A-Za-z0-9_-]{1,64})\/messages$/,
    (world, _agent, _request, id) => {
      const den = world.dens.get(id);
      return den ? answer(200, { messages: den.messages.slice(-100) }) : detail(404, 'Den not found.');
    },
  ],
  ['POST', /^\/dens\/([A-Za-z0-9_-]{1,64})\/messages$/, sendMessage],
  ['POST', /^\/prompts\/([A-Za-z0-9_-]{1,64})\/responses$/, accepted],
  ['POST', /^\/marketplace\/listings$/, fullAccess(accepted)],
  ['POST', /^\/marketplace\/purchases$/, fullAccess(accepted)],
  ['POST', /^\/credits\/purchases$/, fullAccess(accepted)],
];

function authenticate(world: SandboxWorld, request: ApiRequest): SandboxAgent | ApiAnswer {
  const value = request.rawApiKey;
  if (value === undefined || value === '') return detail(401, 'API key required. Include X-API-Key header.');
  if (!KEY_FORMAT.test(value)) return detail(401, 'Invalid API key format.');
  return [...world.agents.values()].find((agent) => agent.value === value) ?? detail(401, 'Invalid API key.');
}

function authorise(agent: SandboxAgent, request: ApiRequest): ApiAnswer | undefined {
  if (agent.allowList !== null && isInCidrs(request.remoteAddress, agent.allowList) !== true) {
    return detail(403, `Address ${request.remoteAddress} is not on the IP allow list of this key.`);
  }
  if (agent.status === 'SUSPENDED') return detail(403, 'Account suspended. Contact support.');
  if (agent.status === 'INACTIVE') return detail(403, 'Account inactive. Please reactivate.');
  // Documented is that a pending account makes no authenticated calls; the text is not.
  if (agent.status === 'PENDING') return detail(403, 'Account pending. Complete the registration first.');
  return undefined;
}

const rateHeaders = ({ limit, remaining, resetsInS }: Omit<MeterReading, 'id'>): Record<string, string> => ({
  'X-RateLimit-Limit': String(limit),
  'X-RateLimit-Remaining': String(remaining),
  'X-RateLimit-Reset': String(resetsInS),
});

const UNUSED_WINDOW = { limit: 100, remaining: 100, resetsInS: 60 };

export function answerAgent(world: SandboxWorld, request: ApiRequest): ApiAnswer {
  const { method, path } = request;
  if (UNCOUNTED.has(path) && method === 'GET')
    return answer(200, { status: 'ok' }, rateHeaders(UNUSED_WINDOW));
  const agent = authenticate(world, request);
  if (!('agentId' in agent)) return { ...agent, headers: rateHeaders(UNUSED_WINDOW) };
  const { exceeded, readings } = world.meter.count(
    `agent ${agent.agentId}`,
    denAgent.windows,
    world.clock.now(),
  );
  const answered = exceeded
    ? tooMany(exceeded.resetsInS)
    : (authorise(agent, request) ?? dispatch(world, agent, request));
  agent.activity.push({ at: world.clock.now(), method, path, status: answered.status });
  if (agent.activity.length > ACTIVITY_KEPT) agent.activity.shift();
  return {
    ...answered,
    headers: { ...rateHeaders(readings[0] ?? UNUSED_WINDOW), ...answered.headers },
    by: agent.agentId,
  };
}

function dispatch(world: SandboxWorld, agent: SandboxAgent, request: ApiRequest): ApiAnswer {
  for (const [method, pattern, route] of ROUTES) {
    const found = pattern.exec(request.path);
    if (found && method === request.method) return route(world, agent, request, found[1] ?? '');
  }
  return detail(404, 'Not Found');
}
