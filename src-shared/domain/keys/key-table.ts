/** What the list of keys can show, and by what it can be grouped. Apart from the contract, so that the page needs no validator. */

export const KEY_COLUMNS = [
  'name',
  'env',
  'status',
  'due',
  'last_used',
  'headroom',
  'owner',
  'project',
  'platform',
  'prefix',
  'fingerprint',
  'variable',
  'created',
  'rotated',
  'expires',
] as const;
export type KeyColumn = (typeof KEY_COLUMNS)[number];

export const KEY_GROUPS = ['none', 'project', 'owner', 'env'] as const;
export type KeyGroup = (typeof KEY_GROUPS)[number];
