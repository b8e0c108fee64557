import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CHANNELS } from '../../../src-shared/contract/channels.ts';
import { FEWEST_ROWS, hasColumns, uncross } from '../../../src-shared/contract/columns.ts';
import { success } from '../../../src-shared/contract/outcome.ts';
import { cutForPage } from '../../../src-main/ipc/cut-for-page.ts';

const CANARY = 'mbd_live_canary0123456789';

const row = z.object({
  name: z.string(),
  owner: z.string().nullable(),
  mode: z.enum(['live', 'test']),
  days: z.number(),
  at: z.iso.datetime().nullable(),
  scopes: z.array(z.string()),
  last: z.object({ at: z.string(), outcome: z.string() }).nullable(),
  more: z.string().optional(),
});
const answer = z.object({ schema: z.literal(1), keys: z.array(row), others: z.array(z.string()) });

const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<fc.Arbitrary<T>> =>
  fc.array(of, { minLength: 1, maxLength: 3 }).map((values) => fc.constantFrom(...values));

/** Lists of one shape; a field has few different values, or hardly two of the same. */
const rows = fc
  .tuple(few(fc.string()), few(fc.constantFrom('live', 'test')), few(fc.array(fc.string(), { maxLength: 2 })))
  .chain(([owner, mode, scopes]) =>
    fc.array(
      fc.record({
        name: fc.string(),
        owner: fc.option(owner),
        mode,
        days: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        at: fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z')),
        scopes,
        last: fc.option(fc.record({ at: fc.string(), outcome: fc.string(), unknown: fc.string() })),
        unknown: fc.constant(CANARY),
      }),
      { minLength: 0, maxLength: FEWEST_ROWS * 3 },
    ),
  );

const crossed = (schema: z.ZodType, value: unknown): unknown => {
  const outcome = success(cutForPage(schema, value));
  // Both ways that a host takes.
  const byText = uncross(JSON.stringify(outcome));
  expect(uncross(JSON.parse(JSON.stringify(outcome)) as typeof outcome)).toEqual(byText);
  return byText.ok ? byText.result : byText;
};

describe('an answer cut for a page', () => {
  test('is what the schema makes of it, on the other side', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.string(), { maxLength: FEWEST_ROWS * 2 }), (keys, others) => {
        const value = { schema: 1, keys, others, unknown: CANARY };
        // JSON knows no minus zero.
        const expected: unknown = JSON.parse(JSON.stringify(answer.parse(value)));
        expect(crossed(answer, value)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  const many = (change: (n: number) => object = () => ({})) => ({
    schema: 1,
    others: [],
    keys: Array.from({ length: FEWEST_ROWS }, (_, n) => ({
      name: `agent-${String(n)}`,
      owner: null,
      mode: 'test',
      days: 90,
      at: null,
      scopes: [],
      last: { at: '2026-01-01', outcome: 'ok', value: CANARY },
      more: 'x',
      ...change(n),
    })),
  });

  test('takes a third of the text', () => {
    const text = JSON.stringify(cutForPage(answer, many()));
    expect(text.length * 3).toBeLessThan(JSON.stringify(answer.parse(many())).length);
  });

  test('carries nothing that the schema does not name', () => {
    const text = JSON.stringify(cutForPage(answer, { ...many(() => ({ value: CANARY })), value: CANARY }));
    expect(text).toContain('$columns');
    expect(text).not.toContain(CANARY);
  });

  test('goes as rows where some of them lack a field that may be left out', () => {
    const value = many((n) => (n % 2 === 0 ? { more: undefined } : {}));
    expect(hasColumns(success(cutForPage(answer, value)))).toBe(false);
    expect(crossed(answer, value)).toEqual(JSON.parse(JSON.stringify(answer.parse(value))));
  });

  test.each([
    ['a value of another type', () => ({ days: '90' })],
    [
      'one such value among many different ones',
      (n: number) => ({ name: n === 40 ? 7 : `agent-${String(n)}` }),
    ],
    ['no number', () => ({ days: Number.NaN })],
    ['a word that is not in the list', (n: number) => ({ mode: n === 49 ? 'prod' : 'test' })],
    ['a text of another form', (n: number) => ({ at: n === 3 ? 'soon' : null })],
    ['a field that is not there', () => ({ scopes: undefined })],
  ])('is refused as the schema refuses it: %s', (_what, change) => {
    expect(() => answer.parse(many(change))).toThrow(z.ZodError);
    expect(() => cutForPage(answer, many(change))).toThrow(z.ZodError);
  });

  test('is refused where a row is none', () => {
    const value = { ...many(), keys: [...many().keys, 'row'] };
    expect(() => cutForPage(answer, value)).toThrow(z.ZodError);
  });

  test('of a schema with rules of its own is left to that schema', () => {
    const strict = z.object({ keys: z.array(z.strictObject({ name: z.string() })) });
    const checked = z.object({ keys: z.array(z.object({ name: z.string() })).max(FEWEST_ROWS) });
    const keys = Array.from({ length: FEWEST_ROWS + 1 }, (_, n) => ({ name: String(n), more: 1 }));
    expect(() => cutForPage(strict, { keys })).toThrow(z.ZodError);
    expect(() => cutForPage(checked, { keys })).toThrow(z.ZodError);
  });

  test('nothing that an answer of the contract holds could be taken for columns', () => {
    const couldBe = (field: unknown): boolean => {
      if (field instanceof z.ZodNullable || field instanceof z.ZodOptional) return couldBe(field.unwrap());
      if (field instanceof z.ZodUnion) return field.options.some(couldBe);
      if (field instanceof z.ZodObject) {
        const { catchall } = field.def;
        // A strict one refuses every name that it has not.
        return '$columns' in field.shape || !(catchall === undefined || catchall instanceof z.ZodNever);
      }
      return !(
        field instanceof z.ZodArray ||
        field instanceof z.ZodString ||
        field instanceof z.ZodNumber ||
        field instanceof z.ZodBoolean ||
        field instanceof z.ZodEnum ||
        field instanceof z.ZodLiteral
      );
    };
    expect(couldBe(z.record(z.string(), z.string()))).toBe(true);
    for (const [channel, { response, faces }] of CHANNELS) {
      if (!faces.includes('window') || !(response instanceof z.ZodObject)) continue;
      for (const [name, field] of Object.entries(response.shape))
        expect([channel, name, couldBe(field)]).toEqual([channel, name, false]);
    }
  });
});
