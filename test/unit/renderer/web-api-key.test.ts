import { describe, expect, it } from 'vitest';
import { webApiKeyOf, withWebApiKey } from '../../../src-renderer/features/settings/platforms/web-api-key.ts';
import { fakePlatforms } from '../../support/fake-core/data.ts';

const [hosting] = fakePlatforms();
const at = (query: string) => ({
  ...hosting!,
  settings: {
    firebase_sign_in_url: `https://identity.example/v1/in${query}`,
    firebase_token_url: `https://tokens.example/v1/token${query}`,
    ca_file: '/etc/ca.pem',
  },
});

describe('the web API key of a platform', () => {
  it.each([
    ['?key=abc', 'abc'],
    ['?tenant=1&key=abc', 'abc'],
    ['', ''],
  ])('in %j is %j', (query, key) => {
    expect(webApiKeyOf(at(query))).toBe(key);
  });

  it('is not asked for where the platform says its own address, or where nobody knows it', () => {
    expect(webApiKeyOf({ ...at(''), undocumented: [] })).toBeUndefined();
    expect(webApiKeyOf({ ...at(''), settings: {} })).toBeUndefined();
  });

  it('goes into both addresses, and stays one part of them whatever is in it', () => {
    expect(withWebApiKey(at('?tenant=1'), 'a&b=c#d')).toEqual({
      firebase_sign_in_url: 'https://identity.example/v1/in?tenant=1&key=a%26b%3Dc%23d',
      firebase_token_url: 'https://tokens.example/v1/token?tenant=1&key=a%26b%3Dc%23d',
    });
    expect(webApiKeyOf(at('?key=a%26b'))).toBe('a&b');
  });
});
