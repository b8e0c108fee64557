import type { KeyGroup } from '../../../../src-shared/domain/keys/key-table.ts';
import { isOver } from '../due.ts';
import type { KeyRow } from './rows.ts';

/** What is drawn one below the other: keys, and the heads of their groups. */
export type Line =
  | { readonly kind: 'row'; readonly row: KeyRow }
  | {
      readonly kind: 'head';
      readonly id: string;
      /** Null: those that belong to none. */
      readonly name: string | null;
      readonly count: number;
      readonly overdue: number;
      readonly isClosed: boolean;
      /** Live, where the groups are environments. */
      readonly envKind: KeyRow['kind'] | null;
    };

const nameIn = (group: KeyGroup, { key }: KeyRow): string | null =>
  group === 'env' ? key.env : group === 'owner' ? key.owner : group === 'project' ? key.project : null;

/**
 * Groups in the order of their names, those of none last; environments in the order of the list of environments. The rows keep
 * their order.
 * @param closed ids of heads whose rows are not shown
 */
export const linesOf = (
  rows: readonly KeyRow[],
  group: KeyGroup,
  closed: ReadonlySet<string>,
  environments: readonly string[],
): readonly Line[] => {
  if (group === 'none') return rows.map((row) => ({ kind: 'row', row }));
  const groups = new Map<string | null, KeyRow[]>();
  for (const row of rows) {
    const name = nameIn(group, row);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [row]);
    else members.push(row);
  }
  const rank = (name: string): number => {
    const at = group === 'env' ? environments.indexOf(name) : 0;
    return at < 0 ? environments.length : at;
  };
  const named = [...groups].sort(([a], [b]) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true });
  });
  return named.flatMap(([name, members]): Line[] => {
    const id = `${group}:${name ?? ''}`;
    const isClosed = closed.has(id);
    const head: Line = {
      kind: 'head',
      id,
      name,
      count: members.length,
      overdue: members.filter(({ key }) => key.days_left < 0 && !isOver(key)).length,
      isClosed,
      envKind: group === 'env' ? (members[0]?.kind ?? null) : null,
    };
    return isClosed ? [head] : [head, ...members.map((row): Line => ({ kind: 'row', row }))];
  });
};
