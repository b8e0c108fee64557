import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { actionsOf } from '../../../src-shared/domain/limits/action-limits.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { windowsOf } from '../../../src-shared/domain/limits/rate-limit.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import {
  environmentOf,
  environmentsOf,
  keysIn,
  keysOf,
  type KeyRecord,
  requireEnvironment,
  requireKey,
} from '../keys/key-directory.ts';
import { checkKey } from './key-call.ts';
import { definitionsOf, platformTarget, settingsOf } from './platform-settings.ts';
import type { SeenOfKey } from './rate-limit-memory.ts';

/**
 * What the last answers said of each key's limits, and the documented figures where none came yet. Calls nobody, unless
 * somebody watches: then a key that is in use and said nothing for a minute is asked.
 */
export function listLimits(
  core: Core,
  request: RequestOf<'limits.list'>,
): { schema: 1; keys: KeyLimitsView[] } {
  const vault = core.vault.require();
  const keys =
    request.key !== undefined
      ? [requireKey(vault, request.key, request.env).key]
      : request.env !== undefined
        ? keysIn(vault, requireEnvironment(vault, request.env).id)
        : keysOf(vault);
  if (request.watch === true) for (const key of keys) probe(core, vault, key, core.now());
  return { schema: 1, keys: limitsOf(core, vault, keys) };
}

/** Of keys whose answers said something; the others have no more than what is documented. */
export const seenLimits = (core: Core, vault: OpenVault): KeyLimitsView[] =>
  limitsOf(
    core,
    vault,
    keysOf(vault).filter(({ id }) => core.rateLimits.seenOf(id) !== undefined),
  );

function limitsOf(core: Core, vault: OpenVault, keys: readonly KeyRecord[]): KeyLimitsView[] {
  const now = core.now();
  const environments = new Map(environmentsOf(vault).map(({ id, meta }) => [id as string, meta.name]));
  const definitions = new Map<string, PlatformDefinition>(
    definitionsOf(core, vault).map((each) => [each.id, each]),
  );
  const documented = new Map<string, Shown>();
  const shownOf = (key: KeyRecord, definition: PlatformDefinition): Shown => {
    // What a person set wins: the platform may name none.
    const tier = settingsOf(vault, definition.id)?.meta.tier ?? key.meta.tier;
    const seen = core.rateLimits.seenOf(key.id);
    if (seen !== undefined) return show(definition, tier, seen, now);
    // Of most of ten thousand keys nothing was seen, and what is documented is the same for all of a tier.
    const group = JSON.stringify([definition.id, tier]);
    const known = documented.get(group) ?? show(definition, tier, NOTHING_SEEN, now);
    documented.set(group, known);
    return known;
  };
  return keys
    .filter(({ meta }) => meta.status !== 'revoked')
    .flatMap((key) => {
      const definition = definitions.get(key.meta.platform);
      const env = environments.get(key.environmentId ?? '');
      if (definition === undefined || env === undefined) return [];
      return [{ name: key.meta.name, env, ...shownOf(key, definition) }];
    });
}

type Shown = Pick<KeyLimitsView, 'observed_at' | 'windows' | 'actions'>;

const NOTHING_SEEN: SeenOfKey = { observations: [], headroom: undefined, actionUse: undefined };

function show(
  definition: PlatformDefinition,
  tier: string | null,
  { observations, headroom, actionUse }: SeenOfKey,
  now: number,
): Shown {
  const latest = Math.max(...observations.map(({ observedAt }) => observedAt));
  return {
    observed_at: observations.length === 0 ? null : new Date(latest).toISOString(),
    windows: windowsOf(definition, tier, observations, now, headroom),
    actions: actionsOf(definition, actionUse, now),
  };
}

const PROBE_MS = 10_000;

/** One cheap call, counted like any other; its answer comes with the next look. */
function probe(core: Core, vault: OpenVault, key: KeyRecord, now: number): void {
  if (key.meta.status !== 'active' || !key.hasValue || !core.rateLimits.takeProbe(key.id, now)) return;
  const env = environmentOf(vault, key).meta.name;
  void platformTarget(core, vault, key.meta.platform, env)
    .then((target) => checkKey(core, vault, target, key, AbortSignal.timeout(PROBE_MS)))
    // Its outcome is recorded as the key's last check; a watcher reads on either way.
    .catch((error: unknown) =>
      core.log.info('limits.probe', { error: error instanceof Error ? error.name : 'unknown' }),
    );
}
