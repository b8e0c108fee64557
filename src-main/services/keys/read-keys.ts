import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { byUrgency } from '../../../src-shared/domain/keys/urgency.ts';
import { idleDays } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import type { Call, Core } from '../context.ts';
import { checkKey } from '../platforms/key-call.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import { keysIn, keysOf, requireEnvironment, requireKey } from './key-directory.ts';
import { mostUrgent, viewOf, viewsOf } from './key-view.ts';

/** Keys with filters, in order of urgency: overdue first, revoked ones last. */
export function listKeys(core: Core, request: RequestOf<'keys.list'>): ResponseOf<'keys.list'> {
  const vault = core.vault.require();
  const now = core.now();
  const records =
    request.env === undefined ? keysOf(vault) : keysIn(vault, requireEnvironment(vault, request.env).id);
  const { platform, owner, unused_days: unusedDays, due_within_days: dueWithinDays } = request;
  const chosen = records.filter(
    ({ meta }) =>
      (platform === undefined || meta.platform === platform) &&
      (owner === undefined || meta.owner === owner) &&
      (unusedDays === undefined || (meta.status === 'active' && idleDays(meta, now) >= unusedDays)),
  );
  const { first } = request;
  const wanted = first === undefined ? chosen : mostUrgent(vault, chosen, first, now);
  const views = viewsOf(vault, wanted, now).filter(
    ({ days_left, status }) =>
      dueWithinDays === undefined || (days_left <= dueWithinDays && status !== 'revoked'),
  );
  return { schema: 1, keys: views.sort(byUrgency) };
}

export function showKey(core: Core, request: RequestOf<'keys.show'>): ResponseOf<'keys.show'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  return { schema: 1, key: viewOf(vault, key, core.now()), warnings: [] };
}

/** Asks the platform whether the key works. @throws {AppError} KEY_REJECTED, FORBIDDEN, RATE_LIMITED, NETWORK, … */
export async function testKey(
  core: Core,
  call: Call,
  request: RequestOf<'keys.test'>,
): Promise<ResponseOf<'keys.test'>> {
  const vault = core.vault.require();
  const { key, environment } = requireKey(vault, request.key, request.env);
  const target = await platformTarget(core, vault, key.meta.platform, environment.meta.name);
  const checked = await checkKey(core, vault, target, key, call.signal);
  return { schema: 1, key: viewOf(vault, checked, core.now()), warnings: [] };
}
