import type { Outcome } from './outcome.ts';

/**
 * How long lists cross to a page. Every process on their way reads and writes all of it, and each name would stand there
 * once a row. So they go as columns: each name once, and a column of few different values as these and a number a row.
 */

/**
 * One field of all rows, in their order: its values, or the different ones and which of them each row has; a row that
 * `at` says nothing of has the first.
 */
export type Column = readonly unknown[] | { readonly of: readonly unknown[]; readonly at: readonly number[] };

/** A long list; `$columns` is the mark, which no view has as a field. */
export interface Columns {
  readonly $columns: Readonly<Record<string, Column>>;
  readonly rows: number;
}

/** Below it columns save nothing that anybody would feel. */
export const FEWEST_ROWS = 50;

/** An outcome as a host hands it to the page: as it is, with columns for its long lists, or that as JSON. */
export type Crossed<T> = Outcome<T> | Outcome<Readonly<Record<string, unknown>>> | string;

export const isColumns = (value: unknown): value is Columns =>
  typeof value === 'object' && value !== null && '$columns' in value;

/** @returns whether some list of the outcome goes as columns */
export const hasColumns = (outcome: Outcome<unknown>): boolean =>
  outcome.ok &&
  typeof outcome.result === 'object' &&
  outcome.result !== null &&
  Object.values(outcome.result).some(isColumns);

/** The outcome with its lists made whole again. @param crossed from our own host, which cut it to the contract */
export const uncross = <T>(crossed: Crossed<T>): Outcome<T> => {
  const outcome = typeof crossed === 'string' ? (JSON.parse(crossed) as Outcome<unknown>) : crossed;
  if (!outcome.ok || !hasColumns(outcome)) return outcome as Outcome<T>;
  const fields = Object.entries(outcome.result as object).map(([name, value]: [string, unknown]) => [
    name,
    isColumns(value) ? rowsOf(value) : value,
  ]);
  return { ok: true, result: Object.fromEntries(fields) as T };
};

/** The rows that columns stand for. Equal lists and objects of several rows are one and the same. */
export const rowsOf = ({ $columns, rows }: Columns): readonly Readonly<Record<string, unknown>>[] => {
  const columns = Object.entries($columns).map(([name, column]) =>
    'of' in column ? { name, of: column.of, at: column.at } : { name, of: column, at: null },
  );
  // A copy has its properties at once: filling it is twice as fast as adding them one by one.
  const shape = Object.fromEntries(columns.map(({ name }) => [name, null]));
  const list: Record<string, unknown>[] = [];
  for (let n = 0; n < rows; n += 1) {
    const row: Record<string, unknown> = { ...shape };
    for (const { name, of, at } of columns) row[name] = of[at === null ? n : (at[n] ?? 0)];
    list.push(row);
  }
  return list;
};
