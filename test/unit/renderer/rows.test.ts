import { describe, expect, test } from 'vitest';
import { matcher, toRows } from '../../../src-renderer/features/keys/table/rows.ts';
import type { EnvironmentView } from '../../../src-shared/contract/views.ts';
import { fakeKey } from '../../support/fake-core/data.ts';

const environment = (name: string, kind: 'live' | 'test'): EnvironmentView => ({
  name,
  kind,
  approve: 'live',
  rotate_every_days: null,
  auto_rotate_at: null,
  auto_rotate_unlocks: false,
  keys: 1,
});
const rows = toRows(
  [
    fakeKey(
      {
        name: 'billing-key',
        env: 'prod',
        owner: 'Tide',
        project: 'Harbour',
        fingerprint: 'ab12cd34ef56ab12',
      },
      0,
    ),
    fakeKey(
      {
        name: 'staging-ci-key',
        env: 'staging',
        purpose: 'nightly build',
        prefix: 'mbd_test_9z',
        key_id: null,
      },
      0,
    ),
  ],
  [environment('prod', 'live'), environment('staging', 'test')],
  new Map(),
);
const found = (env: string | null, query: string) =>
  rows.filter(matcher(env, query)).map((row) => row.key.name);

describe('the search of the list', () => {
  test.each([
    ['', ['billing-key', 'staging-ci-key']],
    ['BILL', ['billing-key']],
    ['tide', ['billing-key']],
    ['harbour billing', ['billing-key']],
    ['ab12cd', ['billing-key']],
    ['nightly', ['staging-ci-key']],
    ['mbd_test_9z', ['staging-ci-key']],
    ['key prod', ['billing-key']],
    ['tide nightly', []],
    ['null', []],
  ])('%j', (query, names) => {
    expect(found(null, query)).toEqual(names);
  });

  test('stays in the chosen environment', () => {
    expect(found('prod', 'key')).toEqual(['billing-key']);
    expect(found('dev', '')).toEqual([]);
  });

  test('a word does not match across two facts', () => {
    expect(found(null, 'keyprod')).toEqual([]);
  });
});

test('a row knows whether its environment is live; one that is not known is not called live', () => {
  expect(rows.map((row) => row.kind)).toEqual(['live', 'test']);
  expect(toRows([fakeKey({ name: 'a', env: 'gone' }, 0)], [], new Map())[0]?.kind).toBe('test');
});
