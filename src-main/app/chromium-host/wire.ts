/**
 * How calls cross from the page to the host: JSON, in which bytes are `{"$bytes": base64}`.
 * SECURITY: a passphrase or value thus exists as text in the browser and here for a moment, which no wipe reaches;
 * Electron's host passes bytes as bytes. Accepted for a host that serves where Electron cannot be had.
 *
 * Answers cross as JSON too, and every process on their way reads and writes all of it. So a long list of views goes as
 * columns: each name once, and a column of few different values as these and a number for each row.
 */

const BYTES = '$bytes';

// More than any request of the contract; the page is untrusted, and parsing is not free.
const MAX_REQUEST_CHARACTERS = 2_000_000;

interface PageCall {
  readonly id: number;
  readonly channel: string;
  readonly payload: unknown;
}

/** @returns undefined for what is no call at all: nobody waits for its answer */
export const decodeCall = (text: unknown): PageCall | undefined => {
  try {
    const [id, channel, payload] = JSON.parse(String(text)) as readonly unknown[];
    if (!Number.isSafeInteger(id)) return undefined;
    return { id: id as number, channel: String(channel), payload: decodePayload(payload) };
  } catch {
    return undefined;
  }
};

/** @returns the payload, or undefined for what is no request at all: the contract's schemas then refuse it */
export const decodePayload = (text: unknown): unknown => {
  if (typeof text !== 'string' || text.length > MAX_REQUEST_CHARACTERS) return undefined;
  try {
    return JSON.parse(text, (_name, value: unknown) => asBytes(value) ?? value);
  } catch {
    return undefined;
  }
};

const asBytes = (value: unknown): Uint8Array | undefined => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const text = (value as Record<string, unknown>)[BYTES];
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
};

/** A column of a list, in the order of its rows: its values, or the different ones and which of them each row has. */
export type Column = readonly unknown[] | { readonly of: readonly unknown[]; readonly at: readonly number[] };

/** What a long list goes as; `$columns` is the mark. */
export interface Columns {
  readonly $columns: Readonly<Record<string, Column>>;
  readonly rows: number;
}

/** What the bridge hears: the answer to a call, or news. */
export type Message =
  | { readonly id: number; readonly outcome: unknown }
  | { readonly news: readonly (readonly [string, unknown])[] };

type Row = Readonly<Record<string, unknown>>;

/** Below it columns save nothing that anybody would feel. */
const FEWEST_ROWS = 50;

/** Of an outcome the lists that are long become columns. */
export const encodeAnswer = (id: number, outcome: unknown): string =>
  JSON.stringify({ id, outcome: inColumns(outcome) } satisfies Message);

export const encodeNews = (news: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify({ news } satisfies Message);

const inColumns = (outcome: unknown): unknown => {
  const { result } = outcome as { readonly result?: unknown };
  if (typeof result !== 'object' || result === null) return outcome;
  const fields = Object.entries(result).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? columnsOf(value) : value,
  ]);
  return { ...(outcome as object), result: Object.fromEntries(fields) as unknown };
};

const columnsOf = (rows: readonly unknown[]): Columns | readonly unknown[] => {
  if (rows.length < FEWEST_ROWS || !rows.every(isRow)) return rows;
  const names = Object.keys(rows[0] ?? {});
  // Rows of one shape, as a view is; whatever else there may be goes as it is.
  const isAlike = (row: Row): boolean => {
    const own = Object.keys(row);
    return (
      own.length === names.length && own.every((name, n) => name === names[n] && row[name] !== undefined)
    );
  };
  if (names.length === 0 || !rows.every(isAlike)) return rows;
  const columns = names.map((name) => [name, columnOf(rows, name)] as const);
  return { $columns: Object.fromEntries(columns), rows: rows.length };
};

const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row);

const columnOf = (rows: readonly Row[], name: string): Column => {
  const values = rows.map((row) => row[name]);
  const most = rows.length / 4;
  const numbers = new Map<unknown, number>();
  // Lists and objects are told apart by what is in them.
  const ofObjects = new Map<unknown, number>();
  const of: unknown[] = [];
  const at: number[] = [];
  for (const value of values) {
    const isObject = typeof value === 'object' && value !== null;
    const known = isObject ? ofObjects : numbers;
    const key = isObject ? JSON.stringify(value) : value;
    let number = known.get(key);
    if (number === undefined) {
      number = of.push(value) - 1;
      if (number > most) return values;
      known.set(key, number);
    }
    at.push(number);
  }
  return { of, at };
};
