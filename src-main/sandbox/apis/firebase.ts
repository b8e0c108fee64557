import { createHash } from 'node:crypto';
import { answer, type ApiAnswer, type ApiRequest, findObject } from '../api-request.ts';
import { type HostingAccount, MODES, type SandboxWorld } from '../world.ts';

/** The two Firebase calls that a human session needs, and the platform's own refresh. */

export const SIGN_IN_PATH = '/identity/v1/accounts:signInWithPassword';
export const TOKEN_PATH = '/securetoken/v1/token';
export const PLATFORM_REFRESH_PATH = '/v1/auth/refresh';

const LIFETIME_S = 3600;
const MAX_SESSIONS = 1000;

const refusal = (status: number, message: string): ApiAnswer =>
  answer(status, {
    error: { code: status, message, errors: [{ message, domain: 'global', reason: 'invalid' }] },
  });

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Looks like the JSON Web Token that it stands for; only the sandbox that made it takes it. */
function newIdToken(world: SandboxWorld, account: HostingAccount): string {
  const now = Math.floor(world.clock.now() / 1000);
  const payload = { iss: 'sandbox', sub: account.id, email: account.email, iat: now, exp: now + LIFETIME_S };
  const unsigned = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(payload)}`;
  return `${unsigned}.${createHash('sha256').update(world.random.hex(32)).digest('base64url')}`;
}

function openSession(
  world: SandboxWorld,
  account: HostingAccount,
): { idToken: string; refreshToken: string } {
  for (const map of [world.idTokens, world.refreshTokens]) {
    const oldest = map.size >= MAX_SESSIONS ? map.keys().next().value : undefined;
    if (oldest !== undefined) map.delete(oldest);
  }
  const idToken = newIdToken(world, account);
  const refreshToken = `AMf-${world.random.alphanumeric(96)}`;
  world.idTokens.set(idToken, { account, expiresAt: world.clock.now() + LIFETIME_S * 1000 });
  world.refreshTokens.set(refreshToken, account);
  return { idToken, refreshToken };
}

function signIn(world: SandboxWorld, request: ApiRequest): ApiAnswer {
  const body = findObject(request);
  const account = MODES.map((mode) => world.accounts[mode]).find(({ email }) => email === body?.['email']);
  if (typeof body?.['email'] !== 'string') return refusal(400, 'INVALID_EMAIL');
  if (typeof body['password'] !== 'string') return refusal(400, 'MISSING_PASSWORD');
  if (account?.password !== body['password']) return refusal(400, 'INVALID_LOGIN_CREDENTIALS');
  const { idToken, refreshToken } = openSession(world, account);
  return {
    ...answer(200, {
      kind: 'identitytoolkit#VerifyPasswordResponse',
      localId: account.id,
      email: account.email,
      registered: true,
      idToken,
      refreshToken,
      expiresIn: String(LIFETIME_S),
    }),
    by: account.email,
  };
}

function refresh(world: SandboxWorld, refreshToken: string | undefined): ApiAnswer {
  const account = world.refreshTokens.get(refreshToken ?? '');
  if (!account) return refusal(400, 'INVALID_REFRESH_TOKEN');
  const { idToken, refreshToken: next } = openSession(world, account);
  const body = {
    access_token: idToken,
    id_token: idToken,
    refresh_token: next,
    expires_in: String(LIFETIME_S),
    token_type: 'Bearer',
    user_id: account.id,
  };
  return { ...answer(200, body), by: account.email };
}

/** undefined: the path is not one of these. */
export function findFirebaseAnswer(world: SandboxWorld, request: ApiRequest): ApiAnswer | undefined {
  const { method, path } = request;
  if (path === PLATFORM_REFRESH_PATH && method === 'GET') {
    return refresh(world, /^Bearer\s+(.+)$/i.exec(request.header('authorization') ?? '')?.[1]);
  }
  if (path !== SIGN_IN_PATH && path !== TOKEN_PATH) return undefined;
  if (method !== 'POST') return refusal(404, 'NOT_FOUND');
  if (request.query.get('key') !== world.webApiKey)
    return refusal(400, 'API key not valid. Please pass a valid API key.');
  if (path === SIGN_IN_PATH) return signIn(world, request);
  const form = new URLSearchParams(request.body.toString('utf8'));
  const json = findObject(request);
  const grant = form.get('grant_type') ?? json?.['grant_type'];
  if (grant !== 'refresh_token') return refusal(400, 'INVALID_GRANT_TYPE');
  const token = form.get('refresh_token') ?? json?.['refresh_token'];
  return refresh(world, typeof token === 'string' ? token : undefined);
}
