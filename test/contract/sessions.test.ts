import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { platformTarget } from '../../src-main/services/platforms/platform-settings.ts';
import { withSession } from '../../src-main/services/sessions/use-session.ts';
import { bytes, makeOpenCore, type TestCore } from '../support/test-core.ts';

let core: TestCore;
const answers: unknown[] = [];
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
});
afterAll(async () => {
  const { password } = core.sandbox()!.owners.test;
  expect(JSON.stringify(answers) + core.logged.join('\n')).not.toMatch(
    new RegExp(`${password}|AMf-|eyJ[A-Za-z0-9_-]{20}|mbd_test_[A-Za-z0-9]{8}`),
  );
  await core.dispose();
});
beforeEach(async () => {
  await control('POST', '/reset');
  for (const { name, env } of (await core.call('keys.list', {})).keys)
    await core.call('keys.forget', { key: name, env, confirm: name });
  if ((await core.call('sessions.list', {})).sessions.length > 0) await core.call('sessions.signOut', {});
});

async function control(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  const answer = await callControl(core.sandbox()!, method, path, body);
  expect(answer?.status).toBeLessThan(300);
  return answer?.json;
}
const advance = (ms: number) => control('POST', '/clock', { advanceMs: ms });
const requests = async (): Promise<{ path: string; by: string | null; status: number }[]> =>
  ((await control('GET', '/state')) as { requests: { path: string; by: string | null; status: number }[] })
    .requests;
const signIn = async (more: object = {}) => {
  const { email, password } = core.sandbox()!.owners.test;
  const answer = await core.call('sessions.signIn', {
    platform: 'sandbox-hosting',
    email,
    password: bytes(password),
    ...more,
  });
  answers.push(answer);
  return answer.session;
};
const create = (name: string) => core.call('keys.create', { name, platform: 'sandbox-hosting' });

describe('a human session', () => {
  it('is kept in the vault, told without its tokens, and gone after signing out', async () => {
    const session = await signIn();
    expect(session).toMatchObject({
      platform: 'sandbox-hosting',
      env: null,
      account: /^acct_test_/.exec(session.account ?? '')?.input,
    });
    expect(Date.parse(session.expires_at) - Date.parse(session.signed_in_at)).toBe(3_600_000);
    const listed = await core.call('sessions.list', {});
    answers.push(listed);
    expect(listed.sessions).toEqual([session]);
    await signIn();
    expect((await core.call('sessions.list', {})).sessions).toHaveLength(1);
    await core.call('sessions.signOut', {});
    expect((await core.call('sessions.list', {})).sessions).toEqual([]);
    await expect(core.call('sessions.signOut', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does what no key can: creates the first one; after that the key asks', async () => {
    const { email } = core.sandbox()!.owners.test;
    await signIn();
    await create('first');
    await create('second');
    const posts = (await requests()).filter(
      ({ path, status }) => path.endsWith('/api-keys') && status === 201,
    );
    expect(posts.map(({ by }) => by)).toEqual([email, expect.stringMatching(/^key_/) as unknown]);
  });

  it('is not opened with a wrong password, and the one before stays', async () => {
    await signIn();
    await expect(signIn({ password: bytes('wrong') })).rejects.toMatchObject({ code: 'KEY_REJECTED' });
    expect((await core.call('sessions.list', {})).sessions).toHaveLength(1);
  });

  it('is refreshed five minutes before its hour is over, so that no call is refused for it', async () => {
    const signed = await signIn();
    const startedAt = Date.parse(signed.signed_in_at);
    const vault = core.core.vault.require();
    const [session] = vault.records('session');
    const target = await platformTarget(core.core, vault, 'sandbox-hosting', 'dev');
    /** Where calls of a moment went, with the platform's clock and ours at it. */
    const callsAfter = async (minutes: number): Promise<string[]> => {
      const before = (await requests()).length;
      const atThatTime = { ...core.core, now: () => startedAt + minutes * 60_000 };
      await withSession(atThatTime, vault, target, session!.id, (auth) =>
        core.core.platforms.whoAmI(target, auth),
      );
      const later = (await requests()).slice(before);
      expect(later.every(({ status }) => status === 200)).toBe(true);
      return later.map(({ path }) => path.split('/').at(1) ?? '');
    };
    expect(await callsAfter(54)).toEqual(['v1']);
    expect(await callsAfter(56)).toEqual(['securetoken', 'v1']);
    // It was good for another hour from then.
    const { sessions } = await core.call('sessions.list', {});
    expect(Date.parse(sessions[0]!.expires_at)).toBe(startedAt + 116 * 60_000);
    expect(await callsAfter(110)).toEqual(['v1']);
  });

  it('is refreshed once where the platform ends the token early, for many calls at once', async () => {
    await signIn();
    await advance(3_600_000);
    await Promise.all(['a', 'b', 'c'].map(create));
    const refreshed = (await requests()).filter(({ path }) => path.startsWith('/securetoken/'));
    expect(refreshed).toHaveLength(1);
  });

  it('says that it is over where the platform takes the refresh token no longer', async () => {
    await signIn();
    const sandbox = core.sandbox()!;
    await control('POST', '/reset');
    expect(sandbox).toBe(core.sandbox());
    await expect(create('late')).rejects.toMatchObject({
      code: 'KEY_REJECTED',
      hint: expect.stringContaining('session sign-in') as unknown,
    });
  });

  it('of all environments is ended alone, where that is asked', async () => {
    await signIn();
    await signIn({ env: 'staging' });
    const { email } = core.sandbox()!.owners.test;
    await core.call('sessions.signOut', { platform: 'sandbox-hosting', email, of_all_environments: true });
    expect((await core.call('sessions.list', {})).sessions.map(({ env }) => env)).toEqual(['staging']);
  });

  it('of one environment speaks for no other', async () => {
    await signIn({ env: 'staging' });
    const before = (await requests()).length;
    await create('first');
    // The sandbox’s own owner signed in for it.
    const later = (await requests()).slice(before).map(({ path }) => path);
    expect(later.some((path) => path.startsWith('/identity/'))).toBe(true);
  });

  it('stays away from an address it was not opened at', async () => {
    const { hostingUrl, firebase } = (await core.core.sandbox.find())!;
    const addresses = {
      base_url: hostingUrl,
      firebase_sign_in_url: firebase.signInUrl,
      firebase_token_url: firebase.tokenUrl,
    };
    await core.call('platforms.set', { id: 'den-hosting', ...addresses });
    const { email, password } = core.sandbox()!.owners.test;
    await core.call('sessions.signIn', { email, password: bytes(password) });
    await core.call('keys.create', { name: 'real', platform: 'den-hosting' });
    await core.call('keys.forget', { key: 'real', confirm: 'real' });
    await core.call('platforms.set', {
      id: 'den-hosting',
      base_url: hostingUrl.replace('127.0.0.1', 'localhost'),
    });
    await expect(core.call('keys.create', { name: 'real', platform: 'den-hosting' })).rejects.toMatchObject({
      code: 'NO_AUTHENTICATION',
    });
    await core.call('sessions.signOut', {});
  });

  it('keeps its platform from being moved without a word: the password of the next sign-in would go there', async () => {
    const { hostingUrl, firebase } = (await core.core.sandbox.find())!;
    const { definition } = await core.call('platforms.show', { id: 'den-hosting' });
    const at = (baseUrl: string) => ({
      definition: JSON.stringify({
        ...definition,
        id: 'fifth',
        baseUrl,
        auth: { ...definition.auth, session: { ...definition.auth.session, ...firebase } },
      }),
    });
    await core.call('platforms.importDefinition', at(hostingUrl));
    await signIn({ platform: 'fifth' });
    await expect(core.call('platforms.importDefinition', at('https://evil.example'))).rejects.toMatchObject({
      code: 'PLATFORM_EXISTS',
      hint: expect.stringContaining('sign out') as unknown,
    });
    await expect(
      core.call('platforms.set', { id: 'fifth', firebase_sign_in_url: 'https://evil.example/in?key=1' }),
    ).rejects.toMatchObject({
      code: 'INPUT_REQUIRED',
      message: expect.stringContaining('evil.example') as unknown,
    });
  });
});

describe('a rotation', () => {
  it('is asked for by the human session where the old key is refused, and its end by the new key', async () => {
    await signIn();
    await create('agent');
    const { key } = await core.call('keys.show', { key: 'agent' });
    await control('POST', '/faults', { kind: 'key_status', id: key.key_id, status: 'revoked' });
    const before = (await requests()).length;
    const { rotation } = await core.call('rotations.start', { key: 'agent', no_deploy_check: true });
    expect(rotation.state).toBe('done');
    const made = (await requests()).slice(before).filter(({ status }) => status === 201);
    expect(made.map(({ by }) => by)).toEqual([core.sandbox()!.owners.test.email]);
    expect((await core.call('keys.test', { key: 'agent' })).key.last_check?.outcome).toBe('ok');
    const { entries } = await core.call('audit.list', {});
    expect(entries.find(({ action }) => action === 'rotate.revoke')?.detail).toContain(`${key.key_id}`);
  });
});

describe('a session of another account', () => {
  const owners = () => core.sandbox()!.owners;
  const signInAs = async (mode: 'test' | 'live', more: object = {}) => {
    const { email, password } = owners()[mode];
    await core.call('sessions.signIn', {
      platform: 'den-hosting',
      email,
      password: bytes(password),
      ...more,
    });
  };
  const managedBy = async (): Promise<Set<string | null>> =>
    new Set((await requests()).filter(({ path }) => path.includes('/api-keys')).map(({ by }) => by));
  beforeEach(async () => {
    const { hostingUrl, firebase } = (await core.core.sandbox.find())!;
    await core.call('platforms.set', {
      id: 'den-hosting',
      base_url: hostingUrl,
      firebase_sign_in_url: firebase.signInUrl,
      firebase_token_url: firebase.tokenUrl,
    });
    await signInAs('test');
    await core.call('keys.create', { name: 'real', platform: 'den-hosting' });
    await core.call('sessions.signOut', {});
    await control('POST', '/clock', { advanceMs: 1000 });
  });

  it('makes no key in place of a lost one, and lists none', async () => {
    await signInAs('live');
    const { rotation } = await core.call('rotations.start', {
      key: 'real',
      lost: true,
      no_deploy_check: true,
    });
    expect(rotation).toMatchObject({ state: 'rolled_back', cause: { code: 'NO_AUTHENTICATION' } });
    expect(await managedBy()).not.toContain(owners().live.email);
  });

  it('ends no key: the key asks for its own end', async () => {
    await signInAs('live');
    const { key } = await core.call('keys.revoke', { key: 'real', confirm: 'real' });
    expect(key.status).toBe('revoked');
    expect(await managedBy()).not.toContain(owners().live.email);
  });

  it('gives way to one of the same account, though that is for all environments', async () => {
    await signInAs('test');
    await signInAs('live', { env: 'dev' });
    const { rotation } = await core.call('rotations.start', {
      key: 'real',
      lost: true,
      no_deploy_check: true,
    });
    expect(rotation.state).toBe('done');
    expect(await managedBy()).not.toContain(owners().live.email);
    expect(await managedBy()).toContain(owners().test.email);
  });
});

describe('the whole log', () => {
  it('comes out in stretches that hang together, oldest first', async () => {
    await signIn();
    const entries = [];
    let last = 1;
    for (let after = 0; after < last; after += 3) {
      const page = await core.call('audit.export', { after_seq: after, limit: 3 });
      expect(page.findings).toEqual([]);
      entries.push(...page.entries);
      last = page.last_seq;
    }
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    const { entries: listed } = await core.call('audit.list', { limit: 10_000 });
    expect(entries.reverse()).toEqual(listed);
  });
});
