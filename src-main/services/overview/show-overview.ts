import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { silentPlatforms } from '../../../src-shared/domain/addresses/reachability.ts';
import { overviewsOf } from '../../../src-shared/domain/overview.ts';
import type { Core } from '../context.ts';
import { fingerprintNow, keysOf } from '../keys/key-directory.ts';
import { viewsOf } from '../keys/key-view.ts';
import { seenLimits } from '../platforms/limits.ts';
import { listRotations } from '../rotation/rotation-answers.ts';

/** What needs a person, and the figures, of all environments and of each. Calls nobody. */
export function showOverview(core: Core, { most }: RequestOf<'overview.show'>): ResponseOf<'overview.show'> {
  const vault = core.vault.require();
  const now = core.now();
  const keys = viewsOf(vault, keysOf(vault), now);
  return {
    schema: 1,
    overviews: overviewsOf(
      {
        keys,
        limits: seenLimits(core, vault),
        runs: core.runs.list((id) => fingerprintNow(vault, id)),
        rotations: listRotations(core, {}).rotations,
      },
      most,
      now,
    ),
    silent: silentPlatforms(keys),
  };
}
