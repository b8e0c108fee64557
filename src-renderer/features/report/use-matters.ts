import { useMemo } from 'react';
import type { RunView } from '../../../src-shared/contract/views.ts';
import { type Matter, mattersOf } from '../../../src-shared/domain/attention.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useRotations } from '../../state/core/rotations.ts';

/** What needs a person in an environment, or in all (null), most urgent first. */
export function useMatters(runs: readonly RunView[], env: string | null, now: number): Matter[] {
  const keys = useInventory((state) => state.keys);
  const limits = useInventory((state) => state.limits);
  const rotations = useRotations((state) => state.rotations);
  return useMemo(() => {
    const isHere = (entry: { readonly env: string }): boolean => env === null || entry.env === env;
    return mattersOf(
      {
        keys: keys.filter(isHere),
        limits: [...limits.values()].filter(isHere),
        runs: runs.filter(isHere),
        rotations: rotations.filter(isHere),
      },
      now,
    );
  }, [keys, limits, runs, rotations, env, now]);
}
