import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { PlatformView } from '../../../src-shared/contract/views.ts';
import { checkEndpointUrl } from '../../../src-shared/domain/addresses/base-url.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import type { PlatformMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { requireEnvironment } from '../keys/key-directory.ts';
import { findNewHost } from './new-host.ts';
import {
  definitionsOf,
  isSandbox,
  requireBaseUrl,
  requireDefinition,
  sandboxBaseUrl,
  settingsOf,
} from './platform-settings.ts';

export const NO_SETTINGS: Omit<PlatformMeta, 'id'> = {
  definition: null,
  baseUrl: null,
  baseUrlByEnvironment: {},
  tier: null,
  firebaseSignInUrl: null,
  firebaseTokenUrl: null,
  egressEchoUrl: null,
  caFile: null,
};

/** @param settings what a person set of it */
export async function toView(
  core: Core,
  definition: PlatformDefinition,
  settings: PlatformMeta | undefined,
): Promise<PlatformView> {
  const sandbox = isSandbox(definition.id) ? await core.sandbox.find() : undefined;
  const { calls } = definition;
  const named = {
    firebase_sign_in_url: settings?.firebaseSignInUrl ?? definition.auth.session?.signInUrl ?? null,
    firebase_token_url: settings?.firebaseTokenUrl ?? definition.auth.session?.tokenUrl ?? null,
    egress_echo_url: settings?.egressEchoUrl ?? null,
    ca_file: settings?.caFile ?? null,
  };
  return {
    id: definition.id,
    name: definition.name,
    base_url:
      sandbox === undefined
        ? (settings?.baseUrl ?? definition.baseUrl)
        : sandboxBaseUrl(sandbox, definition.id),
    documented_base_url: definition.baseUrl,
    builtin: core.builtinDefinitions.includes(definition),
    rotation: definition.rotation.strategy,
    can: {
      who_am_i: calls.whoAmI !== null,
      create: calls.create !== null,
      list: calls.list !== null,
      revoke: calls.revoke !== null,
      sign_in: definition.auth.session !== null,
    },
    tier: settings?.tier ?? null,
    tiers: definition.tiers.map(({ id }) => id),
    undocumented: [...definition.undocumented],
    key_formats: definition.keyFormats,
    per_environment: Object.entries(settings?.baseUrlByEnvironment ?? {}).map(([env, base_url]) => ({
      env,
      base_url,
    })),
    settings: Object.fromEntries(
      Object.entries(named).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
    ),
  };
}

export async function listPlatforms(core: Core): Promise<ResponseOf<'platforms.list'>> {
  const vault = core.vault.require();
  const platforms = await Promise.all(
    definitionsOf(core, vault).map((definition) =>
      toView(core, definition, settingsOf(vault, definition.id)?.meta),
    ),
  );
  return { schema: 1, platforms };
}

export async function showPlatform(
  core: Core,
  request: RequestOf<'platforms.show'>,
): Promise<ResponseOf<'platforms.show'>> {
  const vault = core.vault.require();
  const definition = requireDefinition(core, vault, request.id);
  return {
    schema: 1,
    platform: await toView(core, definition, settingsOf(vault, definition.id)?.meta),
    definition,
  };
}

/** @throws {AppError} BAD_URL, INPUT_REQUIRED where live keys would go to a new host, WRONG_PASSWORD */
export async function setPlatform(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'platforms.set'>, 'passphrase'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'platforms.set'>> {
  const vault = core.vault.require();
  const definition = requireDefinition(core, vault, request.id);
  if (isSandbox(definition.id) && request.base_url !== undefined) {
    throw new AppError(
      'BAD_URL',
      'The sandbox’s address is the one it was started at.',
      'Start it elsewhere with `keymolt sandbox start --port N`.',
    );
  }
  const before: PlatformMeta = settingsOf(vault, definition.id)?.meta ?? {
    ...NO_SETTINGS,
    id: definition.id,
  };
  const after = mergeSettings(vault, definition, before, request);
  const stranger = findNewHost(vault, definition, before, after);
  if (stranger !== undefined) {
    // SECURITY: this is where a live key could be sent to a stranger (test/contract/use-cases/platforms.test.ts).
    if (passphrase !== undefined) await core.vault.checkPassphrase(passphrase);
    // SECURITY: a person at a terminal says `--no-input --yes`; a page that was taken over would say it too.
    else if (request.confirmed !== true || call.face === 'window') {
      throw new AppError(
        'INPUT_REQUIRED',
        `${stranger.what} would be sent to ${stranger.host} from now on; that needs the passphrase.`,
        call.face === 'window' ? 'Type it.' : 'Run the command on a terminal, or add --no-input --yes.',
      );
    }
  }
  const record = settingsOf(vault, definition.id);
  vault.transact((tx) => {
    tx.put({
      ...(record === undefined ? {} : { id: record.id }),
      kind: 'platform',
      environmentId: null,
      meta: after,
    });
    tx.audit({
      actor: call.actor,
      action: 'platform.set',
      subject: definition.id,
      detail: settingChanges(before, after),
    });
  });
  core.emit('dataChanged', { what: 'platforms' });
  return { schema: 1, platform: await toView(core, definition, after) };
}

function mergeSettings(
  vault: OpenVault,
  definition: PlatformDefinition,
  before: PlatformMeta,
  request: Omit<RequestOf<'platforms.set'>, 'passphrase'>,
): PlatformMeta {
  const { tier, env } = request;
  if (typeof tier === 'string' && !definition.tiers.some(({ id }) => id === tier)) {
    throw new AppError(
      'BAD_VALUE',
      `${definition.name} has no tier “${tier}”.`,
      `Known: ${definition.tiers.map(({ id }) => id).join(', ') || 'none'}.`,
    );
  }
  const environment = env === undefined ? undefined : requireEnvironment(vault, env).meta.name;
  const endpoint = (text: string | null | undefined, kept: string | null): string | null => {
    if (text === undefined) return kept;
    if (text === null) return null;
    const checked = checkEndpointUrl(text);
    if (checked.ok) return checked.url;
    throw new AppError(
      'BAD_URL',
      `That address cannot be used: it ${checked.reason}.`,
      'Give https://HOST/PATH.',
    );
  };
  const baseUrl = typeof request.base_url === 'string' ? requireBaseUrl(request.base_url) : request.base_url;
  return {
    ...before,
    baseUrl: baseUrl !== undefined && environment === undefined ? baseUrl : before.baseUrl,
    baseUrlByEnvironment:
      baseUrl !== undefined && environment !== undefined
        ? withAddress(before.baseUrlByEnvironment, environment, baseUrl)
        : before.baseUrlByEnvironment,
    tier: tier === undefined ? before.tier : tier,
    firebaseSignInUrl: endpoint(request.firebase_sign_in_url, before.firebaseSignInUrl),
    firebaseTokenUrl: endpoint(request.firebase_token_url, before.firebaseTokenUrl),
    egressEchoUrl: endpoint(request.egress_echo_url, before.egressEchoUrl),
    caFile: request.ca_file === undefined ? before.caFile : request.ca_file,
  };
}

const withAddress = (
  addresses: PlatformMeta['baseUrlByEnvironment'],
  environment: string,
  url: string | null,
): PlatformMeta['baseUrlByEnvironment'] => ({
  ...Object.fromEntries(Object.entries(addresses).filter(([name]) => name !== environment)),
  ...(url === null ? {} : { [environment]: url }),
});

const settingChanges = (before: PlatformMeta, after: PlatformMeta): string => {
  const text = (meta: PlatformMeta, field: keyof PlatformMeta): string => JSON.stringify(meta[field]);
  const fields = [
    'baseUrl',
    'baseUrlByEnvironment',
    'tier',
    'firebaseSignInUrl',
    'firebaseTokenUrl',
    'egressEchoUrl',
    'caFile',
  ] as const;
  const changed = fields.filter((field) => text(before, field) !== text(after, field));
  return (
    changed.map((field) => `${field}: ${text(before, field)} → ${text(after, field)}`).join(', ') ||
    'nothing changed'
  );
};
