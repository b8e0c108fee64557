import { success } from '../../../src-shared/contract/outcome.ts';
import { silentPlatforms } from '../../../src-shared/domain/addresses/reachability.ts';
import { byUrgency } from '../../../src-shared/domain/keys/urgency.ts';
import { overviewsOf } from '../../../src-shared/domain/overview.ts';
import type { EnvironmentView, PlatformView } from '../../../src-shared/contract/views.ts';
import { done, fail, type FakeCore, type Handlers, PASSPHRASE, unknownKey } from './core.ts';
import { fakeKey, fakeLimits } from './data.ts';

const COPY_MS = 30_000;

/** Keys, and where they belong. */
export const keysHandlers = (core: FakeCore): Handlers => ({
  'environments.list': () =>
    success({
      schema: 1,
      environments: core.environments.map((environment) => ({
        ...environment,
        keys: core.keys.filter((key) => key.env === environment.name).length,
      })),
    }),
  'platforms.list': () =>
    success({
      schema: 1,
      platforms: core.platforms,
    }),
  'platforms.set': ({ id, env, base_url: url, tier, passphrase }) => {
    const before = core.platforms.find((one) => one.id === id);
    if (before === undefined) return fail('PLATFORM_NOT_FOUND', `There is no platform “${id}”.`, 'Look.');
    if (typeof url === 'string' && !url.startsWith('https://'))
      return fail('BAD_URL', 'That address cannot be used: it is not https.', 'Give https://HOST/PATH.');
    const isNew = typeof url === 'string' && new URL(url).host !== new URL(before.base_url ?? '').host;
    const isLive = core.keys.some(
      (key) => key.platform === id && key.env === (env ?? 'prod') && key.env === 'prod',
    );
    if (isNew && isLive && passphrase === undefined)
      return fail(
        'INPUT_REQUIRED',
        `Live keys would be sent to ${new URL(url).origin} from now on; that needs the passphrase.`,
        'Type it.',
      );
    if (isNew && isLive && new TextDecoder().decode(passphrase) !== PASSPHRASE)
      return fail(
        'WRONG_PASSWORD',
        'The passphrase is not right.',
        'Check Caps Lock and the keyboard layout.',
      );
    const address = url === null ? before.documented_base_url : (url ?? before.base_url);
    const changed: PlatformView = {
      ...before,
      tier: tier === undefined ? before.tier : tier,
      ...(env === undefined
        ? { base_url: address }
        : { per_environment: typeof url !== 'string' ? [] : [{ env, base_url: url }] }),
    };
    core.platforms = core.platforms.map((one) => (one === before ? changed : one));
    core.emit('dataChanged', { what: 'platforms' });
    for (const key of core.keys.filter((one) => one.platform === id && one.last_check !== null))
      core.replace(key, { last_check: { at: new Date(core.now).toISOString(), outcome: 'ok' } });
    return success({ schema: 1, platform: changed });
  },
  'overview.show': ({ most }) => {
    const { keys, rotations, now, status, scenario } = core;
    const limits = scenario.fails?.['limits.list'] === undefined ? fakeLimits(keys, now) : [];
    const overviews = overviewsOf({ keys, limits, runs: status.runs, rotations }, most, now);
    return success({ schema: 1, overviews, silent: silentPlatforms(keys) });
  },
  'keys.list': ({ first, env }) => {
    const urgent = core.keys.filter((key) => env === undefined || key.env === env).toSorted(byUrgency);
    return success({ schema: 1, keys: urgent.slice(0, first) });
  },
  'limits.list': () => success({ schema: 1, keys: fakeLimits(core.keys, core.now) }),
  'keys.add': ({ name, env, platform: platformId, metadata }) => {
    if (core.find(`${env ?? 'dev'}/${name}`) !== undefined)
      return fail('KEY_EXISTS', `There is a key ${name} in ${env ?? 'dev'} already.`, 'Choose another name.');
    const key = fakeKey(
      { name, env: env ?? 'dev', platform: platformId, owner: metadata?.owner ?? null, last_used_at: null },
      core.now,
    );
    core.add(key);
    return success({ schema: 1, key, warnings: [...(core.scenario.warnings ?? [])] });
  },
  'keys.create': ({ name, env, platform: platformId, metadata }) => {
    if (core.scenario.createNeedsSession === true && core.sessions.length === 0)
      return fail(
        'NO_AUTHENTICATION',
        `${env ?? 'dev'} has no active MoltbotDen Hosting key to ask with.`,
        'Add one you have with `keymolt key add`, or sign in: `keymolt session sign-in --email E`.',
      );
    const key = fakeKey(
      {
        name,
        env: env ?? 'dev',
        platform: platformId,
        purpose: metadata?.purpose ?? null,
        last_used_at: null,
      },
      core.now,
    );
    core.add(key);
    return success({ schema: 1, keys: [key], failed: [] });
  },
  'keys.copy': ({ key }) => {
    if (core.find(key) === undefined) return unknownKey(key);
    setTimeout(() => core.emit('clipboardCleared', { cleared: true }), COPY_MS);
    return success({ schema: 1, clears_in_ms: COPY_MS, kept_out_of_history: false });
  },
  'keys.test': ({ key: ref }) => {
    const key = core.find(ref);
    return key === undefined
      ? unknownKey(ref)
      : core.replace(key, { last_check: { at: new Date().toISOString(), outcome: 'ok' } });
  },
  'keys.revoke': ({ key: ref, confirm }) => {
    const key = core.find(ref);
    if (key === undefined) return unknownKey(ref);
    if (confirm !== key.name)
      return fail(
        'INPUT_REQUIRED',
        'The name typed is not the name of the key.',
        'Type it as it stands in the list.',
      );
    return core.replace(key, { status: 'revoked' });
  },
  'keys.revokeMany': ({ keys, confirm }) => {
    if (confirm !== String(keys.length))
      return fail('BAD_REQUEST', 'What was typed to confirm does not fit.', 'Type the number.');
    const found = keys.flatMap((ref) => core.find(ref) ?? []);
    const alive = found.filter((key) => key.key_id === null);
    for (const key of found) if (!alive.includes(key)) core.replace(key, { status: 'revoked' });
    return success({
      schema: 1,
      revoked: found.filter((key) => !alive.includes(key)).map((key) => `${key.env}/${key.name}`),
      alive: alive.map((key) => ({
        key: `${key.env}/${key.name}`,
        why: 'KEY_ID_UNKNOWN: The platform’s id of it is not known.',
      })),
    });
  },
  'keys.forget': ({ key: ref }) => {
    core.keys = core.keys.filter((key) => key !== core.find(ref));
    core.emit('dataChanged', { what: 'keys' });
    return done;
  },
  'sync.run': () =>
    success({
      schema: 1,
      platforms: [
        {
          platform: 'den-hosting',
          account: 'acct_1',
          updated: core.keys.slice(0, 3).map((key) => key.name),
          unknown: [],
          revoked_elsewhere: [],
          unused: [],
          duplicates: [],
          proposed: core.keys
            .filter(({ key_id: id }) => id === null)
            .slice(0, 1)
            .map((key) => ({ key: `${key.env}/${key.name}`, key_id: 'key_9f31', name: 'console-name' })),
          open_overlaps: [],
          error: null,
        },
      ],
    }),
  'environments.add': ({ name, kind }) => {
    const environment = {
      name,
      kind,
      approve: 'live' as const,
      rotate_every_days: null,
      auto_rotate_at: null,
      auto_rotate_unlocks: false,
      keys: 0,
    };
    core.environments = [...core.environments, environment];
    core.emit('dataChanged', { what: 'environments' });
    return success({ schema: 1, environment });
  },
  'environments.set': ({ name, passphrase, ...changes }) => {
    const before = core.environments.find((environment) => environment.name === name);
    if (before === undefined) return fail('ENV_NOT_FOUND', `There is no environment ${name}.`, 'Add it.');
    const needsPassphrase = changes.approve !== undefined || changes.auto_rotate_unlocks === true;
    if (needsPassphrase && new TextDecoder().decode(passphrase) !== PASSPHRASE)
      return fail('WRONG_PASSWORD', 'The passphrase is not the one of this vault.', 'Check Caps Lock.');
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const environment: EnvironmentView = { ...before, ...Object.fromEntries(given) };
    core.environments = core.environments.map((one) => (one === before ? environment : one));
    core.emit('dataChanged', { what: 'environments' });
    return success({ schema: 1, environment });
  },
});
