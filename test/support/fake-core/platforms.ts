import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import { failure, success } from '../../../src-shared/contract/outcome.ts';
import type { PlatformView } from '../../../src-shared/contract/views.ts';
import {
  parsePlatformDefinition,
  type PlatformDefinition,
} from '../../../src-shared/domain/platform-definition.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { fail, type FakeCore, type Handlers, PASSPHRASE } from './core.ts';
import { fakeSession } from './data.ts';

export const ACCOUNT_PASSWORD = 'the account’s own password';

/** Who is signed in to platforms, and definitions of others. */
export const platformsHandlers = (core: FakeCore): Handlers => {
  let files = [...(core.scenario.definitions ?? [])];
  let chosen: PlatformView | undefined;
  return {
    'platforms.chooseDefinition': () => {
      const [file = null, ...later] = files;
      files = later;
      if (file === null) return success({ schema: 1, chosen: null });
      try {
        const definition = parsePlatformDefinition(
          typeof file === 'string' ? file : JSON.stringify({ ...denHosting, ...file }),
        );
        chosen = viewOf(definition);
        const replaced = core.platforms.find(({ id }) => id === definition.id);
        return success({
          schema: 1,
          chosen: {
            id: 'definition-1',
            path: `/home/me/Downloads/${definition.id}.json`,
            platform: chosen,
            header: definition.auth.apiKeyHeader,
            replaces: replaced === undefined ? null : { name: replaced.name, base_url: replaced.base_url },
            same_name:
              core.platforms.find(({ id, name }) => id !== definition.id && name === definition.name)?.id ??
              null,
          },
        });
      } catch (error) {
        if (error instanceof AppError) return failure(error.toView());
        throw error;
      }
    },
    'platforms.importChosen': ({ passphrase }) => {
      if (chosen === undefined)
        return fail('BAD_FILE', 'No definition is chosen any more.', 'Choose the file once more.');
      const { id, base_url: url } = chosen;
      const before = core.platforms.find((one) => one.id === id);
      if (before !== undefined && before.base_url !== url) {
        if (passphrase === undefined)
          return fail(
            'INPUT_REQUIRED',
            `Keys of “${id}” would be sent to ${new URL(url ?? '').origin} from now on; that needs the passphrase.`,
            'Type it.',
          );
        if (new TextDecoder().decode(passphrase) !== PASSPHRASE)
          return fail(
            'WRONG_PASSWORD',
            'The passphrase is not right.',
            'Check Caps Lock and the keyboard layout.',
          );
      }
      core.platforms = [...core.platforms.filter((one) => one !== before), chosen];
      core.emit('dataChanged', { what: 'platforms' });
      return success({ schema: 1, platform: chosen });
    },
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
      core.sessions = [
        ...core.sessions.filter((one) => one.platform !== platform || one.env !== env),
        session,
      ];
      core.emit('dataChanged', { what: 'platforms' });
      return success({ schema: 1, session });
    },
    'sessions.signOut': ({ platform, env, of_all_environments: ofAll, email }) => {
      const out = core.sessions.filter(
        (one) =>
          one.platform === platform && one.email === email && one.env === (ofAll === true ? null : env),
      );
      core.sessions = core.sessions.filter((one) => !out.includes(one));
      core.emit('dataChanged', { what: 'platforms' });
      return success({ schema: 1, sessions: out });
    },
  };
};

const viewOf = ({ id, name, baseUrl, calls, auth, rotation, tiers }: PlatformDefinition): PlatformView => ({
  id,
  name,
  base_url: baseUrl,
  documented_base_url: baseUrl,
  builtin: false,
  rotation: rotation.strategy,
  can: {
    who_am_i: calls.whoAmI !== null,
    create: calls.create !== null,
    list: calls.list !== null,
    revoke: calls.revoke !== null,
    sign_in: auth.session !== null,
  },
  tier: null,
  tiers: tiers.map((tier) => tier.id),
  undocumented: [],
  per_environment: [],
  settings:
    auth.session === null
      ? {}
      : {
          firebase_sign_in_url: auth.session.signInUrl ?? '',
          firebase_token_url: auth.session.tokenUrl ?? '',
        },
  key_formats: [],
});
