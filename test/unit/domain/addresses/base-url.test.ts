import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBaseUrl, checkEndpointUrl } from '../../../../src-shared/domain/addresses/base-url.ts';

describe('checkBaseUrl', () => {
  it.each([
    ['https://api.moltbotden.com', 'https://api.moltbotden.com'],
    ['https://api.moltbotden.com/v1/hosting/', 'https://api.moltbotden.com/v1/hosting'],
    ['  HTTPS://Api.Moltbotden.COM/v1  ', 'https://api.moltbotden.com/v1'],
    ['https://example.org:443/x', 'https://example.org/x'],
    ['https://example.org:8443', 'https://example.org:8443'],
    ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080/v1'],
    ['http://127.250.1.9', 'http://127.250.1.9'],
    ['http://localhost:80', 'http://localhost'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
    ['https://[2001:db8::1]/a', 'https://[2001:db8::1]/a'],
  ])('takes %s', (text, url) => {
    expect(checkBaseUrl(text)).toMatchObject({ ok: true, url });
  });

  it.each([
    ['', 'is empty'],
    ['api.moltbotden.com', 'not an address'],
    ['ftp://example.org', 'not an address'],
    ['javascript:alert(1)', 'not an address'],
    ['http://api.moltbotden.com', 'plain http'],
    ['http://127.0.0.1.example.org', 'plain http'],
    ['http://localhost.example.org', 'plain http'],
    ['http://127.1', 'host'],
    ['http://0x7f000001', 'host'],
    ['http://2130706433', 'host'],
    ['http://0177.0.0.1', 'host'],
    ['http://127.0.0.01', 'host'],
    ['http://127.0.0.256', 'host'],
    ['https://0x7f', 'host'],
    ['https://[1::2::3]', 'host'],
    ['http://0.0.0.0', 'plain http'],
    ['http://[::ffff:127.0.0.1]', 'plain http'],
    ['https://user:secret@example.org', 'user name or password'],
    ['https://user@example.org', 'user name or password'],
    ['https://example.org?x=1', 'query'],
    ['https://example.org/#x', 'fragment'],
    ['https://example.org/a/../b', '..'],
    ['https://example.org/a/%2e%2E/b', '..'],
    ['https://example.org/a%zz', 'path'],
    ['https://example.org/ä', 'path'],
    ['https://exämple.org', 'host'],
    ['https://example.org:0', 'port'],
    ['https://example.org:65536', 'port'],
    ['https://example..org', 'host'],
    ['https://example.org\\@evil.example', 'user name or password'],
    ['https://example.org\\x', 'not an address'],
    ['https://exa mple.org', 'not an address'],
    ['https://example.org/a\tb', 'not an address'],
  ])('refuses %s', (text, reason) => {
    const checked = checkBaseUrl(text);
    expect(checked.ok ? checked.url : checked.reason).toContain(reason);
  });

  it('refuses what is too long', () => {
    expect(checkBaseUrl(`https://example.org/${'a'.repeat(3000)}`)).toMatchObject({ ok: false });
  });

  it('never lets plain http leave the machine, however the address is written', () => {
    const piece = fc.constantFrom(
      'http://',
      'https://',
      '127.0.0.1',
      'localhost',
      '[::1]',
      '@',
      ':',
      '80',
      '/',
      '\\',
      '?',
      '#',
      '.',
      'evil.example',
      '%2f',
      ' ',
      '\t',
      '0x7f',
      '。',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const checked = checkBaseUrl(pieces.join(''));
        if (!checked.ok) return;
        // What the client's own parser makes of it.
        const { protocol, hostname, username, password, search, hash, origin } = new URL(checked.url);
        expect([username, password, search, hash]).toEqual(['', '', '', '']);
        expect(origin).toBe(checked.origin);
        if (protocol === 'http:') expect(hostname).toMatch(/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('checkEndpointUrl', () => {
  it('takes a query, as Firebase wants one', () => {
    const url = 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=public';
    expect(checkEndpointUrl(url)).toMatchObject({
      ok: true,
      url,
      origin: 'https://identitytoolkit.googleapis.com',
    });
  });

  it('still refuses credentials, fragments and plain http', () => {
    expect(checkEndpointUrl('https://a:b@example.org/x?key=1').ok).toBe(false);
    expect(checkEndpointUrl('https://example.org/x?key=1#y').ok).toBe(false);
    expect(checkEndpointUrl('http://example.org/x?key=1').ok).toBe(false);
  });
});
