import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { json, type NastyServer, nastyServer } from '../../support/platform/nasty-server.ts';
import { everythingOf, refusalOf } from '../../support/refusals.ts';
import { apiKey, runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
beforeAll(async () => {
  running = await runSandbox();
});
afterAll(() => running.close());

const servers: NastyServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

const PASSWORD = 'CANARY-p&ss w=rd"\\';

/** A target whose Firebase endpoints are one server that answers as given. */
async function firebaseThatSays(status: number, body: unknown) {
  const server = await nastyServer((_request, response) => {
    json(response, status, body);
  });
  servers.push(server);
  const firebase = { signInUrl: `${server.url}/signIn?key=web`, tokenUrl: `${server.url}/token?key=web` };
  return {
    heard: server.heard,
    target: { definition: denHosting, baseUrl: 'https://platform.invalid', firebase },
  };
}

describe('a human session', () => {
  it('is opened, used and renewed', async () => {
    const { client, hosting, sandbox } = running;
    const { email, password } = sandbox.owners.test;
    const session = await client.signIn(hosting, email, Secret.fromText(password));
    expect(session.expiresInMs).toBe(3_600_000);
    expect(JSON.stringify(session)).toBe(
      '{"idToken":"[redacted]","refreshToken":"[redacted]","expiresInMs":3600000}',
    );
    const auth = { kind: 'session', idToken: session.idToken } as const;
    expect(await client.whoAmI(hosting, auth)).toMatchObject({ name: email });

    await running.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await refusalOf(client.whoAmI(hosting, auth))).toMatchObject({ code: 'KEY_REJECTED' });
    const renewed = await client.refreshSession(hosting, session.refreshToken);
    expect(await client.whoAmI(hosting, { kind: 'session', idToken: renewed.idToken })).toMatchObject({
      name: email,
    });
  });

  it('decides alone where a key is sent too: Bearer is tried first', async () => {
    const { value } = await running.mintHosting('test');
    const { baseUrl } = running.hosting;
    const both = await fetch(`${baseUrl}/accounts/me`, {
      headers: { 'X-API-Key': value, Authorization: 'Bearer nonsense' },
    });
    expect(both.status).toBe(401);
    const alone = await fetch(`${baseUrl}/accounts/me`, { headers: { 'X-API-Key': value } });
    expect(alone.status).toBe(200);
    const asBearer = await fetch(`${baseUrl}/accounts/me`, { headers: { Authorization: `Bearer ${value}` } });
    expect(asBearer.status).toBe(401);
    expect((await fetch(`${baseUrl}/accounts/me`)).status).toBe(401);
  });

  it('is refused with the words of Firebase in ours', async () => {
    const { client, hosting, sandbox } = running;
    const wrong = await refusalOf(
      client.signIn(hosting, sandbox.owners.live.email, Secret.fromText(PASSWORD)),
    );
    expect(wrong).toMatchObject({
      code: 'KEY_REJECTED',
      details: { status: 400, detail: 'INVALID_LOGIN_CREDENTIALS' },
    });
    const over = await refusalOf(client.refreshSession(hosting, Secret.fromText('AMf-CANARY')));
    expect(over).toMatchObject({ code: 'KEY_REJECTED', details: { reason: 'auth.session_expired' } });
    const firebase = {
      signInUrl: `${sandbox.baseUrl}/identity/v1/accounts:signInWithPassword?key=other`,
      tokenUrl: '',
    };
    const unknown = await refusalOf(
      client.signIn({ ...hosting, firebase }, 'a@b.invalid', Secret.fromText(PASSWORD)),
    );
    expect(unknown.code).toBe('BAD_PLATFORM');
    for (const refusal of [wrong, over, unknown]) expect(everythingOf(refusal)).not.toMatch(/CANARY|p&ss/);
  });

  it.each([
    ['USER_DISABLED', 400, 'FORBIDDEN'],
    ['TOO_MANY_ATTEMPTS_TRY_LATER : Access disabled.', 400, 'RATE_LIMITED'],
    ['EMAIL_NOT_FOUND', 400, 'KEY_REJECTED'],
    ['SOMETHING_NEW', 400, 'PLATFORM_ANSWER'],
    ['BACKEND', 503, 'PLATFORM_ERROR'],
  ])('reads %s', async (message, status, code) => {
    const { target, heard } = await firebaseThatSays(status, { error: { code: status, message } });
    expect(
      await refusalOf(running.client.signIn(target, 'a@b.invalid', Secret.fromText(PASSWORD))),
    ).toMatchObject({ code });
    // A wrong password counts against the account.
    expect(heard).toHaveLength(1);
  });

  it.each([{}, { idToken: 'x' }, { idToken: 'x', refreshToken: 'y', expiresIn: 'soon' }, []])(
    'takes %j for no session',
    async (body) => {
      const { target } = await firebaseThatSays(200, body);
      expect(
        await refusalOf(running.client.signIn(target, 'a@b.invalid', Secret.fromText(PASSWORD))),
      ).toMatchObject({
        code: 'PLATFORM_ANSWER',
      });
    },
  );

  it('puts password and token in the body, never in the address', async () => {
    const { target, heard } = await firebaseThatSays(200, {
      idToken: 'i',
      refreshToken: 'r',
      expiresIn: '3600',
      id_token: 'i',
      refresh_token: 'r',
      expires_in: '99999999',
    });
    await running.client.signIn(target, 'a@b.invalid', Secret.fromText(PASSWORD));
    const renewed = await running.client.refreshSession(target, Secret.fromText('AMf-CANARY&x=1'));
    expect(renewed.expiresInMs).toBe(86_400_000);
    const [signIn = '', refresh = ''] = heard;
    expect(signIn.split('\n')[0]).toBe('POST /signIn?key=web');
    expect(JSON.parse(signIn.split('\n\n')[1] ?? '')).toEqual({
      email: 'a@b.invalid',
      password: PASSWORD,
      returnSecureToken: true,
    });
    expect(refresh.split('\n')[0]).toBe('POST /token?key=web');
    expect(refresh.split('\n\n')[1]).toBe('grant_type=refresh_token&refresh_token=AMf-CANARY%26x%3D1');
  });

  it('needs an address that a person set, and a safe one', async () => {
    const { client } = running;
    const secret = Secret.fromText(PASSWORD);
    const target = { definition: denHosting, baseUrl: 'https://platform.invalid' };
    expect(await refusalOf(client.signIn(target, 'a@b.invalid', secret))).toMatchObject({
      code: 'BAD_PLATFORM',
    });
    const firebase = {
      signInUrl: 'http://identity.example/?key=x',
      tokenUrl: 'http://identity.example/?key=x',
    };
    expect(await refusalOf(client.signIn({ ...target, firebase }, 'a@b.invalid', secret))).toMatchObject({
      code: 'BAD_URL',
    });
    expect(await refusalOf(client.refreshSession({ ...target, firebase }, secret))).toMatchObject({
      code: 'BAD_URL',
    });
  });

  it('is something that the Agent API does not have', async () => {
    const { idToken } = await running.client.signIn(
      running.hosting,
      running.sandbox.owners.live.email,
      Secret.fromText(running.sandbox.owners.live.password),
    );
    const refusal = await refusalOf(running.client.whoAmI(running.agent, { kind: 'session', idToken }));
    expect(refusal.code).toBe('BAD_PLATFORM');
    expect(await refusalOf(running.client.whoAmI(running.agent, apiKey('x')))).toMatchObject({
      code: 'KEY_REJECTED',
    });
  });
});
