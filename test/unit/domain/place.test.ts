import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINK_LENGTH, parseDeepLink, SCREENS } from '../../../src-shared/domain/place.ts';
import { placeView } from '../../../src-shared/contract/views.ts';

describe('links into the window', () => {
  it.each([
    ['molt://overview', { at: 'screen', screen: 'overview' }],
    ['molt://rotation/', { at: 'screen', screen: 'rotation' }],
    ['MOLT://keys', { at: 'screen', screen: 'keys' }],
    ['molt://approvals', { at: 'approvals' }],
    ['molt://prod/billing-key', { at: 'key', key: 'prod/billing-key' }],
    ['molt://production/billing.key_2/', { at: 'key', key: 'prod/billing.key_2' }],
    ['molt://dev/agent/key_id', { at: 'key', key: 'dev/agent' }],
    ['molt://keys?id=key_01H:a.b-c', { at: 'key_id', id: 'key_01H:a.b-c' }],
  ])('%s leads there', (link, place) => {
    expect(parseDeepLink(link)).toEqual(place);
  });

  it.each([
    '',
    'molt:',
    'molt://',
    'molt:///',
    'molt:overview',
    'molt:/overview',
    'molt://Overview',
    'molt://overview?lock=1',
    'molt://overview#x',
    'molt://keys/rotate/now',
    'molt://keys?id=',
    'molt://keys?id=a&copy=1',
    'molt://keys?copy=a',
    'molt://prod/billing-key/rotate',
    'molt://prod/billing-key?copy=1',
    'molt://prod/../../etc',
    'molt://prod/%2e%2e',
    'molt://prod/a%0ab',
    'molt://PROD/a',
    'molt://user@prod/a',
    'molt://prod:80/a',
    'molt://constructor',
    'molt://__proto__/toString',
    'molt://prod/key with blanks',
    'molt://prod/ключ',
    'molt://prod/\u202eyek',
    ' molt://overview',
    'molt://overview\n',
    'javascript:alert(1)',
    'https://keymolt.invalid/overview',
    'file:///etc/passwd',
    '--inspect=0.0.0.0 molt://overview',
    `molt://dev/${'a'.repeat(MAX_LINK_LENGTH)}`,
  ])('%j leads nowhere', (link) => {
    expect(parseDeepLink(link)).toBeUndefined();
  });

  it('whatever is thrown at it: a place of the closed set, or nothing; never an error', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.webUrl(),
      fc
        .array(
          fc.oneof(fc.constantFrom(...SCREENS, 'prod', '..', '%2f', '?id=', '//', '@', '\0'), fc.string()),
        )
        .map((parts) => `molt://${parts.join('/')}`),
    );
    fc.assert(
      fc.property(hostile, (link) => {
        const place = parseDeepLink(link);
        if (place === undefined) return;
        expect(placeView.parse(place)).toEqual(place);
        expect(JSON.stringify(place)).toMatch(/^[A-Za-z0-9._:/"{},-]+$/);
      }),
    );
  });

  it('every place of the side bar has its link', () => {
    for (const screen of SCREENS) expect(parseDeepLink(`molt://${screen}`)).toEqual({ at: 'screen', screen });
  });
});
