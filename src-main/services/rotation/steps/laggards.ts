import type { Laggard, RotationHolder } from '../../../../src-shared/domain/rotation/rotation-record.ts';
import type { RecordId } from '../../../vault/ports.ts';
import type { Core } from '../../context.ts';
import { requireNew, type Work } from '../work.ts';

interface Holder extends RotationHolder {
  /** Of the value that it was given. */
  readonly fingerprint: string;
}

/** Processes that `run` gave the key to, as they are now. */
export const holdersOf = ({ runs }: Core, key: RecordId): Holder[] =>
  runs.running().flatMap(({ pid, startTicks, command, keys }) => {
    const held = keys.find(({ id }) => id === key);
    return held === undefined ? [] : [{ pid, startTicks, command, fingerprint: held.fingerprint }];
  });

/** Who is known to have the old value still: processes, and targets that can be asked. */
export async function findLaggards(work: Work): Promise<Laggard[]> {
  const { core, journal, actor, handle } = work;
  const { vault, meta } = journal;
  const key = meta.key as RecordId;
  const holders = holdersOf(core, key);
  const { fingerprint } = requireNew(meta);
  const behind = holders.filter((holder) => holder.fingerprint !== fingerprint);
  // An agent that was killed meanwhile has forgotten its runs: the journal has not.
  const forgotten = meta.holders.filter(
    ({ pid, startTicks }) =>
      holders.every((holder) => holder.pid !== pid) && core.processes.isAlive(pid, startTicks),
  );
  const files: Laggard[] = [];
  for (const target of core.deployment.targetsOf(vault, key)) {
    // Each of its processes is named above, with its pid.
    if (target.kind === 'process') continue;
    const held = await core.deployment.check(target, { vault, actor, signal: handle.signal });
    if (!held.isKnown || held.fingerprint === fingerprint) continue;
    files.push({ pid: null, command: null, file: target.file ?? target.label });
  }
  return [...[...behind, ...forgotten].map(({ pid, command }) => ({ pid, command, file: null })), ...files];
}
