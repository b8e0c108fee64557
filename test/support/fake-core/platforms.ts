import { success } from '../../../src-shared/contract/outcome.ts';
import { fail, type FakeCore, type Handlers } from './core.ts';
import { fakeSession } from './data.ts';

export const ACCOUNT_PASSWORD = 'the account’s own password';

/** Who is signed in to platforms, and definitions of others. */
export const platformsHandlers = (core: FakeCore): Handlers => ({
  'sessions.list': () => success({ schema: 1, sessions: core.sessions }),
  'sessions.signIn': ({ platform = 'den-hosting', env = null, email, password }) => {
    if (new TextDecoder().decode(password) !== ACCOUNT_PASSWORD)
      return fail(
        'KEY_REJECTED',
        'https://identity.example does not accept this e-mail address and password.',
        'Check both.',
      );
    const signedIn = new Date();
    const session = {
      ...fakeSession(core.now),
      platform,
      env,
      email,
      signed_in_at: signedIn.toISOString(),
      expires_at: new Date(signedIn.getTime() + 3_600_000).toISOString(),
    };
    core.sessions = [...core.sessions.filter((one) => one.platform !== platform || one.env !== env), session];
    core.emit('dataChanged', { what: 'platforms' });
    return success({ schema: 1, session });
  },
  'sessions.signOut': ({ platform, env, of_all_environments: ofAll, email }) => {
    const out = core.sessions.filter(
      (one) => one.platform === platform && one.email === email && one.env === (ofAll === true ? null : env),
    );
    core.sessions = core.sessions.filter((one) => !out.includes(one));
    core.emit('dataChanged', { what: 'platforms' });
    return success({ schema: 1, sessions: out });
  },
});
