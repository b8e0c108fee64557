import { z } from 'zod';
import { type Column, type Columns, FEWEST_ROWS } from '../../src-shared/contract/columns.ts';

type Row = Readonly<Record<string, unknown>>;
type Shape = Readonly<Record<string, z.ZodType>>;

/**
 * An answer cut to its schema, as `schema.parse` does it, with columns for its long lists (columns.ts). Of ten thousand
 * rows the schema then looks at each different value once, and nobody makes a copy of a row.
 * @throws {z.ZodError} where the answer does not fit
 */
export function cutForPage(schema: z.ZodType, answer: unknown): unknown {
  const shape = shapeOf(schema);
  if (shape === undefined || !isRow(answer) || !Object.values(answer).some(isLong))
    return schema.parse(answer);
  const fields = Object.entries(shape).map(([name, field]) => {
    const value = answer[name];
    return [name, (isLong(value) ? columnsOf(field, value) : undefined) ?? field.parse(value)] as const;
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLong = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length >= FEWEST_ROWS;

/** @returns the fields of a schema that is nothing but these, and drops all others */
const shapeOf = (schema: unknown): Shape | undefined =>
  schema instanceof z.ZodObject && schema.def.catchall === undefined && hasNoChecks(schema)
    ? schema.shape
    : undefined;

const hasNoChecks = (schema: z.ZodType): boolean => (schema.def.checks ?? []).length === 0;

/** @returns undefined where the list has to go as it is: it is none of rows, or not every row has every field */
const columnsOf = (field: z.ZodType, rows: readonly unknown[]): Columns | undefined => {
  const shape = field instanceof z.ZodArray && hasNoChecks(field) ? shapeOf(field.element) : undefined;
  if (shape === undefined || !rows.every(isRow)) return undefined;
  const columns: Record<string, Column> = {};
  // SECURITY: the schema's fields alone are taken from a row, so nothing else can leave (test/unit/ipc/cut-for-page.test.ts).
  for (const [name, of] of Object.entries(shape)) {
    const values = rows.map((row) => row[name]);
    if (values.includes(undefined)) return undefined;
    columns[name] = columnOf(of, values);
  }
  return { $columns: columns, rows: rows.length };
};

/** Rows that are looked at first: where hardly any two of them are alike, the others need not be compared. */
const FIRST_LOOK = 64;

const columnOf = (field: z.ZodType, values: readonly unknown[]): Column => {
  const most = values.length / 4;
  const numbers = new Map<unknown, number>();
  // Lists and objects are told apart by what is in them; the same one again need not be read again.
  const ofTexts = new Map<string, number>();
  const of: unknown[] = [];
  const at: number[] = [];
  const numberOf = (value: unknown): number => {
    const cut = field.parse(value);
    const isObject = typeof cut === 'object' && cut !== null;
    const text = isObject ? JSON.stringify(cut) : '';
    const number = (isObject ? ofTexts.get(text) : undefined) ?? of.push(cut) - 1;
    numbers.set(value, number);
    if (isObject) ofTexts.set(text, number);
    return number;
  };
  for (const value of values) {
    at.push(numbers.get(value) ?? numberOf(value));
    if (of.length > most || (at.length === FIRST_LOOK && of.length > FIRST_LOOK / 2))
      return cutEach(field, values);
  }
  // All alike: every row has the first.
  return of.length === 1 ? { of, at: [] } : { of, at };
};

const cutEach = (field: z.ZodType, values: readonly unknown[]): readonly unknown[] => {
  const isText = textTest(field);
  return isText !== undefined && values.every(isText) ? values : values.map((value) => field.parse(value));
};

/** A field that is any text needs no more than a look at the type; that is most of what differs from row to row. */
const textTest = (field: z.ZodType): ((value: unknown) => boolean) | undefined => {
  if (field instanceof z.ZodNullable) {
    const isText = textTest(field.unwrap() as z.ZodType);
    return isText && ((value) => value === null || isText(value));
  }
  const isAnyText =
    field instanceof z.ZodString &&
    hasNoChecks(field) &&
    !('format' in field.def && field.def.format !== undefined);
  return isAnyText ? (value) => typeof value === 'string' : undefined;
};
