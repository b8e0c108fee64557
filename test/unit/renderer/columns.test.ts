import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_COLUMNS } from '../../../src-shared/domain/keys/key-table.ts';
import { columnsThatFit, gridTemplateOf } from '../../../src-renderer/features/keys/table/columns.ts';
import { linesOf } from '../../../src-renderer/features/keys/table/grouping.ts';
import { toRows } from '../../../src-renderer/features/keys/table/rows.ts';
import { fakeKeys } from '../../support/fake-core/data.ts';

describe('columns', () => {
  it('are never wider than the list, and the name always stays', () => {
    fc.assert(
      fc.property(fc.subarray([...KEY_COLUMNS]), fc.integer({ min: 200, max: 2000 }), (chosen, width) => {
        const columns = columnsThatFit(chosen, width);
        expect(columns[0]).toBe('name');
        const least = [...gridTemplateOf(columns).matchAll(/(\d+)px/g)].reduce(
          (sum, [, px]) => sum + Number(px),
          0,
        );
        if (columns.length > 1) expect(least + (columns.length - 1) * 14 + 32).toBeLessThanOrEqual(width);
        // What was chosen keeps its order.
        expect(columns.filter((column) => column !== 'name')).toEqual(
          chosen.filter((column) => column !== 'name' && columns.includes(column)),
        );
      }),
    );
  });

  it('give way from the least needed on', () => {
    const usual = ['name', 'env', 'status', 'due', 'last_used', 'headroom', 'owner'] as const;
    expect(columnsThatFit(usual, 1050)).toEqual(usual);
    expect(columnsThatFit(usual, 640)).toEqual(['name', 'env', 'status', 'due']);
  });
});

describe('groups', () => {
  const rows = toRows(fakeKeys(42, 1_700_000_000_000), [{ name: 'prod', kind: 'live' } as never], new Map());
  const environments = ['dev', 'staging', 'prod'];

  it('hold every key once, with their counts, and those of nobody last', () => {
    for (const group of ['project', 'owner', 'env'] as const) {
      const lines = linesOf(rows, group, new Set(), environments);
      const heads = lines.filter((line) => line.kind === 'head');
      expect(lines.filter((line) => line.kind === 'row')).toHaveLength(42);
      expect(heads.reduce((sum, { count }) => sum + count, 0)).toBe(42);
      expect(heads.slice(0, -1).every(({ name }) => name !== null)).toBe(true);
    }
    expect(linesOf(rows, 'owner', new Set(), []).findLast((line) => line.kind === 'head')).toMatchObject({
      name: null,
    });
    expect(
      linesOf(rows, 'env', new Set(), environments).flatMap((line) =>
        line.kind === 'head' ? [line.name] : [],
      ),
    ).toEqual(environments);
  });

  it('keep their count when they are closed', () => {
    const open = linesOf(rows, 'env', new Set(), environments);
    const closed = linesOf(rows, 'env', new Set(['env:dev']), environments);
    expect(closed[0]).toEqual({ ...open[0], isClosed: true });
    expect(open.length - closed.length).toBe((open[0] as { count: number }).count);
  });
});
