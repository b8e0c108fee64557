import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
} from '@tanstack/react-table';
import type { KeyColumn } from '../../../../src-shared/domain/keys/key-table.ts';
import type { EnvironmentView, KeyLimitsView, KeyView } from '../../../../src-shared/contract/views.ts';
import { type KeyRef, refOf } from '../../../state/key-ref.ts';
import { isOver } from '../due.ts';
import { headroomShare } from '../headroom.ts';

export interface KeyRow {
  readonly ref: KeyRef;
  readonly key: KeyView;
  readonly kind: 'live' | 'test';
  readonly limits: KeyLimitsView | undefined;
  /** All that the search looks at, in lower case, made once a load and not once a keystroke. */
  readonly haystack: string;
}

export const toRows = (
  keys: readonly KeyView[],
  environments: readonly EnvironmentView[],
  limits: ReadonlyMap<KeyRef, KeyLimitsView>,
): KeyRow[] => {
  const kinds = new Map(environments.map((environment) => [environment.name, environment.kind]));
  return keys.map((key) => {
    const ref = refOf(key);
    const words = [
      key.name,
      key.env,
      key.owner,
      key.project,
      key.purpose,
      key.prefix,
      key.fingerprint,
      key.key_id,
      key.platform,
    ];
    return {
      ref,
      key,
      kind: kinds.get(key.env) ?? 'test',
      limits: limits.get(ref),
      haystack: words
        .filter((word) => word !== null)
        .join('\n')
        .toLowerCase(),
    };
  });
};

/** Whether a row is in the environment and has every word of the query somewhere. */
export const matcher = (env: string | null, query: string): ((row: KeyRow) => boolean) => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => (env === null || row.key.env === env) && words.every((word) => row.haystack.includes(word));
};

export const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

const column = createColumnHelper<typeof features, KeyRow>();
const last = { sortUndefined: 'last' } as const;
const timeOf = (iso: string | null): number | undefined => (iso === null ? undefined : Date.parse(iso));

/** How each column sorts; what it shows is cells.tsx. */
export const columns = column.columns([
  column.accessor((row) => row.key.name, { id: 'name' satisfies KeyColumn, sortFn: 'alphanumeric' }),
  column.accessor((row) => row.key.env, { id: 'env' satisfies KeyColumn, sortFn: 'basic' }),
  column.accessor((row) => (row.key.damaged ? '' : row.key.status), {
    id: 'status' satisfies KeyColumn,
    sortFn: 'basic',
  }),
  // By days, as the core does: those of one day stay in the order of their names, whether all are here or the first.
  column.accessor((row) => (isOver(row.key) ? undefined : row.key.days_left), {
    id: 'due' satisfies KeyColumn,
    sortFn: 'basic',
    ...last,
  }),
  column.accessor((row) => (row.key.last_used_at === null ? undefined : Date.parse(row.key.last_used_at)), {
    id: 'last_used' satisfies KeyColumn,
    sortFn: 'basic',
    sortDescFirst: true,
    ...last,
  }),
  column.accessor((row) => headroomShare(row.limits), {
    id: 'headroom' satisfies KeyColumn,
    sortFn: 'basic',
    ...last,
  }),
  ...(['owner', 'project', 'platform', 'prefix', 'fingerprint'] as const).map((id) =>
    column.accessor((row) => row.key[id] ?? undefined, {
      id: id satisfies KeyColumn,
      sortFn: 'alphanumeric',
      ...last,
    }),
  ),
  column.accessor((row) => row.key.var, { id: 'variable' satisfies KeyColumn, sortFn: 'alphanumeric' }),
  ...(['created', 'rotated', 'expires'] as const).map((id) =>
    column.accessor((row) => timeOf(row.key[`${id}_at`]), {
      id: id satisfies KeyColumn,
      sortFn: 'basic',
      ...last,
    }),
  ),
]);
