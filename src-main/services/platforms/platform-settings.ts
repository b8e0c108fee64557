import { checkBaseUrl } from '../../../src-shared/domain/addresses/base-url.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import type { PlatformMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, VaultRecord } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import type { SandboxInfo } from '../ports.ts';

export const SANDBOX_PLATFORMS: readonly string[] = ['sandbox-hosting', 'sandbox-agent'];
export const isSandbox = (platformId: string): boolean => SANDBOX_PLATFORMS.includes(platformId);

export const platformRecords = (vault: OpenVault): readonly VaultRecord<PlatformMeta>[] =>
  vault.records('platform') as readonly VaultRecord<PlatformMeta>[];

export const settingsOf = (vault: OpenVault, id: string): VaultRecord<PlatformMeta> | undefined =>
  platformRecords(vault).find(({ meta }) => meta.id === id);

/** Built-in definitions and imported ones. */
export function definitionsOf(core: Core, vault: OpenVault): readonly PlatformDefinition[] {
  const imported = platformRecords(vault).flatMap(({ meta }) =>
    meta.definition === null ? [] : [meta.definition],
  );
  return [...core.builtinDefinitions, ...imported];
}

/** @throws {AppError} PLATFORM_NOT_FOUND */
export function requireDefinition(core: Core, vault: OpenVault, id: string): PlatformDefinition {
  const all = definitionsOf(core, vault);
  const found = all.find((definition) => definition.id === id);
  if (found !== undefined) return found;
  throw new AppError(
    'PLATFORM_NOT_FOUND',
    `There is no platform “${id}”.`,
    `Known: ${all.map((known) => known.id).join(', ')}. Others come from \`keymolt platform import FILE\`.`,
  );
}

/** The sandbox's own address for one of its platforms. */
export const sandboxBaseUrl = (info: SandboxInfo, platformId: string): string =>
  platformId === 'sandbox-hosting' ? info.hostingUrl : info.baseUrl;

/** The address calls go to, without asking whether a sandbox runs. */
export function configuredBaseUrl(
  vault: OpenVault,
  definition: PlatformDefinition,
  env: string | undefined,
): string | null {
  const settings = settingsOf(vault, definition.id)?.meta;
  const perEnvironment = env === undefined ? undefined : settings?.baseUrlByEnvironment[env];
  return perEnvironment ?? settings?.baseUrl ?? definition.baseUrl;
}

/**
 * Where and how to call a platform for an environment.
 * @throws {AppError} PLATFORM_NOT_FOUND, SANDBOX_UNAVAILABLE, BAD_PLATFORM where no address is known
 */
export async function platformTarget(
  core: Core,
  vault: OpenVault,
  platformId: string,
  env: string,
): Promise<PlatformTarget> {
  const definition = requireDefinition(core, vault, platformId);
  const settings = settingsOf(vault, platformId)?.meta;
  if (isSandbox(platformId)) {
    const info = await core.sandbox.find();
    if (info === undefined) {
      throw new AppError(
        'SANDBOX_UNAVAILABLE',
        'The sandbox platform is not running.',
        'Start it with `keymolt sandbox start`.',
      );
    }
    return { definition, baseUrl: sandboxBaseUrl(info, platformId), firebase: info.firebase };
  }
  const baseUrl = configuredBaseUrl(vault, definition, env);
  if (baseUrl === null) {
    throw new AppError(
      'BAD_PLATFORM',
      `${definition.name} has no address.`,
      `Give it one with \`keymolt platform set ${platformId} --base-url URL\`.`,
    );
  }
  const signInUrl = settings?.firebaseSignInUrl ?? definition.auth.session?.signInUrl ?? null;
  const tokenUrl = settings?.firebaseTokenUrl ?? definition.auth.session?.tokenUrl ?? null;
  return {
    definition,
    baseUrl,
    ...(settings === undefined || settings.caFile === null ? {} : { caFile: settings.caFile }),
    ...(signInUrl === null || tokenUrl === null ? {} : { firebase: { signInUrl, tokenUrl } }),
  };
}

/**
 * A base URL as a person typed it, made canonical.
 * SECURITY: https only, http only to this machine; a key sent anywhere else in the clear is lost.
 * @throws {AppError} BAD_URL
 */
export function requireBaseUrl(text: string): string {
  const checked = checkBaseUrl(text);
  if (checked.ok) return checked.url;
  throw new AppError(
    'BAD_URL',
    `That address cannot be used: ${checked.reason}.`,
    'Give https://HOST/PATH; plain http is for this machine (localhost) alone.',
  );
}
