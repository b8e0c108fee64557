import { isInCidrs } from '../../../src-shared/domain/addresses/cidr.ts';
import { denHosting } from '../../platforms/definitions/den-hosting.ts';
import { answer, type ApiAnswer, type ApiRequest, findObject, rfc3339 } from '../api-request.ts';
import { addHostingKey, type HostingAccount, type HostingKey, type SandboxWorld } from '../world.ts';

/** The Hosting API as it is documented. What is not documented (texts of a 401) is worded so that nothing can depend on it. */

export const HOSTING_PATH = '/v1/hosting';
/** The same API as a live endpoint: a test key gets 401 here. */
export const LIVE_HOSTING_PATH = '/live/v1/hosting';

interface Caller {
  readonly account: HostingAccount;
  /** null: a human session. */
  readonly key: HostingKey | null;
}

const refusal = (status: number, error: string, message: string): ApiAnswer =>
  answer(status, { error, message });
const notFound = (): ApiAnswer => refusal(404, 'not_found', 'Not found.');

const keyOf = (key: HostingKey) => ({
  key_id: key.keyId,
  name: key.name,
  status: key.status,
  created_at: rfc3339(key.createdAt),
  last_used_at: key.lastUsedAt === null ? null : rfc3339(key.lastUsedAt),
});

type Route = (world: SandboxWorld, caller: Caller, request: ApiRequest, keyId: string) => ApiAnswer;

const createKey: Route = (world, caller, request) => {
  const body = findObject(request);
  const name = body?.['name'];
  const description = body?.['description'] ?? null;
  if (typeof name !== 'string' || name === '' || name.length > 200) {
    return refusal(422, 'validation_error', 'name is required: 1 to 200 characters.');
  }
  if (description !== null && (typeof description !== 'string' || description.length > 1000)) {
    return refusal(422, 'validation_error', 'description is a text of at most 1000 characters.');
  }
  // A key made with an API key has that key's mode: both belong to the same account, and an account has one mode.
  const key = addHostingKey(world, caller.account.mode, name, description);
  const { status, created_at, last_used_at } = keyOf(key);
  return answer(201, {
    key_id: key.keyId,
    name,
    description,
    key: key.value,
    created_at,
    last_used_at,
    status,
  });
};

const listKeys: Route = (world, caller) => {
  const keys = [...world.keys.values()].filter(({ account }) => account === caller.account).map(keyOf);
  return answer(200, { keys, count: keys.length });
};

const revokeKey: Route = (world, caller, _request, keyId) => {
  const key = world.keys.get(keyId);
  if (key?.account !== caller.account) return notFound();
  key.status = 'revoked';
  key.revokedAt ??= world.clock.now();
  return answer(200, { key_id: keyId, status: 'revoked', revoked_at: rfc3339(key.revokedAt) });
};

const whoAmI: Route = (_world, { account }) =>
  answer(200, { id: account.id, email: account.email, platform_tier: account.tier, status: account.status });

function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly keyId: string } | undefined {
  if (path === '/accounts/me' && method === 'GET') return { route: whoAmI, keyId: '' };
  if (path === '/api-keys' && method === 'GET') return { route: listKeys, keyId: '' };
  if (path === '/api-keys' && method === 'POST') return { route: createKey, keyId: '' };
  const keyId = /^\/api-keys\/([A-Za-z0-9_-]{1,100})$/.exec(path)?.[1];
  return keyId !== undefined && method === 'DELETE' ? { route: revokeKey, keyId } : undefined;
}

/** Bearer is tried first: when both are sent, Bearer decides. */
function authenticate(world: SandboxWorld, request: ApiRequest): Caller | ApiAnswer {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const session = world.idTokens.get(bearer);
    return session !== undefined && session.expiresAt > world.clock.now()
      ? { account: session.account, key: null }
      : refusal(401, 'unauthorized', 'Invalid credentials.');
  }
  const value = request.rawApiKey;
  if (value === undefined) return refusal(401, 'unauthorized', 'Authentication required.');
  const key = [...world.keys.values()].find((candidate) => candidate.value === value);
  if (key === undefined || isRevoked(world, key)) return refusal(401, 'unauthorized', 'Invalid credentials.');
  return { account: key.account, key };
}

const isRevoked = (world: SandboxWorld, key: HostingKey): boolean =>
  key.revokedAt !== null && world.clock.now() >= key.revokedAt + world.revocationDelayMs;

function authorise(
  { account, key }: Caller,
  request: ApiRequest,
  isLiveEndpoint: boolean,
): ApiAnswer | undefined {
  if (isLiveEndpoint && account.mode === 'test')
    return refusal(401, 'unauthorized', 'A test key cannot be used on a live endpoint.');
  if (key?.status === 'disabled') return refusal(403, 'forbidden', 'This API key is disabled.');
  if (key !== null && key.allowList !== null && isInCidrs(request.remoteAddress, key.allowList) !== true) {
    return refusal(
      403,
      'forbidden',
      `Address ${request.remoteAddress} is not on the IP allow list of this key.`,
    );
  }
  if (account.status === 'suspended') return refusal(403, 'forbidden', 'Account suspended. Contact support.');
  if (account.status === 'inactive') return refusal(403, 'forbidden', 'Account inactive. Please reactivate.');
  return undefined;
}

/** `path` is relative to the API's own base path. */
export function answerHosting(
  world: SandboxWorld,
  request: ApiRequest,
  path: string,
  isLiveEndpoint: boolean,
): ApiAnswer {
  const found = findRoute(request.method, path);
  if (found === undefined) return notFound();
  const caller = authenticate(world, request);
  if ('status' in caller) return caller;
  const by = caller.key?.keyId ?? caller.account.email;
  const refused = authorise(caller, request, isLiveEndpoint);
  if (refused) return { ...refused, by };

  const { tier } = caller.account;
  const windows = denHosting.tiers.find(({ id }) => id === tier)?.windows ?? [];
  const { exceeded, readings } = world.meter.count(`hosting ${by}`, windows, world.clock.now());
  const minute = readings.find(({ id }) => id === 'minute');
  const headers: Record<string, string> =
    minute !== undefined && world.sendsRateHeaders
      ? {
          'X-RateLimit-Limit': String(minute.limit),
          'X-RateLimit-Remaining': String(minute.remaining),
          'X-RateLimit-Reset': String(minute.resetsInS),
        }
      : {};
  if (exceeded !== null) {
    const body = {
      error: 'rate_limit_exceeded',
      message: 'You have exceeded the rate limit for your tier.',
      retry_after_seconds: exceeded.resetsInS,
      limit: exceeded.limit,
      tier,
    };
    return { ...answer(429, body, { ...headers, 'Retry-After': String(exceeded.resetsInS) }), by };
  }
  if (caller.key !== null) caller.key.lastUsedAt = world.clock.now();
  const answered = found.route(world, caller, request, found.keyId);
  return { ...answered, headers: { ...headers, ...answered.headers }, by };
}
