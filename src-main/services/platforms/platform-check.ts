import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { PlatformCheckView } from '../../../src-shared/contract/views.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { environmentOf, keysOf, type KeyRecord } from '../keys/key-directory.ts';
import { callOptions, withKeyValue } from './key-call.ts';
import { platformTarget, requireDefinition } from './platform-settings.ts';

type Assumption = PlatformCheckView['assumptions'][number];

/**
 * Every assumption that the definition makes of a platform, as confirmed, contradicted or not documented.
 * Reads only: creating and revoking are never tried.
 */
export async function checkPlatform(
  core: Core,
  call: Call,
  request: RequestOf<'platforms.check'>,
): Promise<PlatformCheckView> {
  const vault = core.vault.require();
  const definition = requireDefinition(core, vault, request.id);
  const key = keysOf(vault).find(
    (each) =>
      each.meta.platform === definition.id &&
      each.meta.status === 'active' &&
      each.hasValue &&
      (request.env === undefined || environmentOf(vault, each).meta.name === request.env),
  );
  const env = key === undefined ? (request.env ?? 'dev') : environmentOf(vault, key).meta.name;
  const target = await platformTarget(core, vault, definition.id, env);
  const called = key === undefined ? notCalled() : await callBoth(core, vault, target, key, call.signal);
  const assumptions: Assumption[] = [
    ...called,
    writeAssumption('create', definition.calls.create?.path),
    writeAssumption('revoke', definition.calls.revoke?.path),
    ...definition.undocumented.map((path): Assumption => ({
      id: `setting.${path}`,
      assumption: `${path} is as the definition says`,
      verdict: 'not_documented',
      evidence: 'The platform does not document it; a person may set it.',
    })),
  ];
  return { schema: 1, platform: definition.id, assumptions };
}

const writeAssumption = (what: 'create' | 'revoke', path: string | undefined): Assumption =>
  path === undefined
    ? {
        id: `call.${what}`,
        assumption: `There is a way to ${what} keys`,
        verdict: 'not_documented',
        evidence: 'The definition has no path for it.',
      }
    : {
        id: `call.${what}`,
        assumption: `Keys are ${what}d at ${path}`,
        verdict: 'not_checked',
        evidence: 'Changes something, so it is not tried.',
      };

const notCalled = (): Assumption[] =>
  (['who_am_i', 'list'] as const).map((what) => ({
    id: `call.${what}`,
    assumption: `The platform answers ${what} as documented`,
    verdict: 'not_checked',
    evidence: 'No active key of this platform is in the vault.',
  }));

async function callBoth(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<Assumption[]> {
  const { calls, rateHeaders, auth } = target.definition;
  const limits = { seen: false };
  const options = callOptions(core, key, signal);
  const watching = {
    ...options,
    onRateLimit: (observation: Parameters<NonNullable<typeof options.onRateLimit>>[0]) => {
      limits.seen = true;
      options.onRateLimit?.(observation);
    },
  };
  const whoAmI = await tryCall('who_am_i', calls.whoAmI?.path, () =>
    withKeyValue(vault, key, async (value) => {
      const account = await core.platforms.whoAmI(target, value, watching);
      return `Answered; account ${account.id ?? 'not named'}, tier ${account.tier ?? 'not named'}, status ${account.status ?? 'not named'}.`;
    }),
  );
  const list = await tryCall('list', calls.list?.path, () =>
    withKeyValue(vault, key, async (value) => {
      const listed = await core.platforms.listKeys(target, value, watching);
      return `Answered with ${listed.length} keys.`;
    }),
  );
  const answered = whoAmI.verdict === 'confirmed' || list.verdict === 'confirmed';
  return [
    whoAmI,
    list,
    {
      id: 'auth.header',
      assumption: `The key travels in ${auth.apiKeyHeader}`,
      verdict: answered ? 'confirmed' : 'not_checked',
      evidence: answered ? 'A call with it was taken.' : 'No call was taken.',
    },
    {
      id: 'rate.headers',
      assumption: `Answers carry ${rateHeaders.limit}, ${rateHeaders.remaining} and ${rateHeaders.reset}`,
      verdict: limits.seen ? 'confirmed' : answered ? 'contradicted' : 'not_checked',
      evidence: limits.seen ? 'They came.' : 'None came; headroom is told from the documented figures.',
    },
  ];
}

async function tryCall(
  id: 'who_am_i' | 'list',
  path: string | undefined,
  work: () => Promise<string>,
): Promise<Assumption> {
  if (path === undefined) {
    return {
      id: `call.${id}`,
      assumption: `There is a call for ${id}`,
      verdict: 'not_documented',
      evidence: 'The definition has no path for it.',
    };
  }
  const assumption = `${path} answers as documented`;
  try {
    return { id: `call.${id}`, assumption, verdict: 'confirmed', evidence: await work() };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
    const says =
      error.code === 'PLATFORM_ANSWER' || error.code === 'NOT_FOUND' || error.code === 'REDIRECT_REFUSED';
    return {
      id: `call.${id}`,
      assumption,
      verdict: says ? 'contradicted' : 'not_checked',
      evidence: `${error.code}: ${error.message}`,
    };
  }
}
