import type { RotationTarget } from '../../../../src-shared/domain/rotation/rotation-record.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { holdersOf } from './laggards.ts';
import { keyOf, requireNew, withValue, type Work } from '../work.ts';

const withTarget = (targets: readonly RotationTarget[], next: RotationTarget): readonly RotationTarget[] =>
  targets.some(({ id }) => id === next.id)
    ? targets.map((target) => (target.id === next.id ? next : target))
    : [...targets, next];

/** Brings every target to the new value, in order. One that fails stops the rotation; the old key works everywhere. */
export async function deploy(work: Work): Promise<void> {
  const { core, journal, actor, handle } = work;
  const { vault, meta } = journal;
  const key = keyOf(work);
  const targets = core.deployment.targetsOf(vault, key.id);
  if (targets.length === 0 && !meta.skipsDeployCheck) {
    const holders = holdersOf(core, key.id);
    if (holders.length === 0 && meta.holders.length === 0) {
      throw new AppError(
        'ROTATION_UNFINISHED',
        `Nobody is known to use ${journal.address}, so nobody can be seen to have the new value. Both keys work.`,
        `Bring it to where it is used (\`keymolt deploy add\`, \`keymolt key copy\`), then \`keymolt rotate resume ${journal.address}\`; with --no-deploy-check it goes on without.`,
      );
    }
  }
  const note = (target: RotationTarget, audit: readonly [string, string]): void => {
    journal.write(null, {
      change: { targets: withTarget(journal.meta.targets, target) },
      step: ['deploy', target.state === 'failed' ? 'failed' : 'pending', `${target.label}: ${target.detail}`],
      audit,
    });
  };
  for (const target of targets) {
    const { id, label } = target;
    if (!journal.meta.plan.isDeploymentBegun) journal.write('deploy_begun');
    note({ id, label, state: 'applying', detail: 'begun' }, ['rotate.deploy', `to ${label}`]);
    try {
      const { detail } = await withValue(journal.vault, key.id, (_, value) =>
        core.deployment.apply(target, value, meta.old.fingerprint, {
          vault: journal.vault,
          actor,
          signal: handle.signal,
        }),
      );
      note({ id, label, state: 'applied', detail }, ['rotate.deploy', `${label}: ${detail}`]);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'VAULT_LOCKED' || error.code === 'CANCELLED')
        throw error;
      note({ id, label, state: 'failed', detail: error.message }, [
        'rotate.deploy',
        `${label} failed: ${error.code}`,
      ]);
      throw new AppError(
        'ROTATION_UNFINISHED',
        `${label} could not be given the new value: ${error.message} The old key still works everywhere.`,
        `${error.hint} Then \`keymolt rotate resume ${journal.address}\`, or \`keymolt rotate abort ${journal.address}\`.`.trim(),
        { cause: error },
      );
    }
  }
  journal.write('deployed', {
    step:
      targets.length === 0
        ? ['deploy', 'skipped', 'it has no targets']
        : ['deploy', 'ok', targets.map(({ label }) => label).join(', ')],
  });
}

/** The way back of `deploy`, for every target that may have been changed. */
export async function putBack(work: Work): Promise<void> {
  const { core, journal, actor, handle } = work;
  const key = keyOf(work);
  const { fingerprint } = requireNew(journal.meta);
  const known = core.deployment.targetsOf(journal.vault, key.id);
  for (const written of journal.meta.targets) {
    if (written.state === 'put_back') continue;
    const target = known.find(({ id }) => id === written.id);
    let detail = 'taken off the list meanwhile';
    if (target !== undefined && journal.vault.find(key.id)?.hasValue === true) {
      ({ detail } = await withValue(journal.vault, key.id, (_, value) =>
        core.deployment.putBack(target, value, fingerprint, {
          vault: journal.vault,
          actor,
          signal: handle.signal,
        }),
      ));
    }
    journal.write(null, {
      change: { targets: withTarget(journal.meta.targets, { ...written, state: 'put_back', detail }) },
      step: ['put_back', 'pending', `${written.label}: ${detail}`],
      audit: ['rotate.put_back', `${written.label}: ${detail}`],
    });
  }
  journal.write('put_back', {
    step: ['put_back', 'ok', journal.meta.targets.map(({ label }) => label).join(', ')],
  });
}
