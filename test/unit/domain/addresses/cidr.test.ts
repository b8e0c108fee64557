import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { type Cidr, formatCidr, isInCidrs, parseCidr } from '../../../../src-shared/domain/addresses/cidr.ts';

const get = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.cidr;
};

describe('parseCidr', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3/32'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/31', '255.255.255.254/31'],
    ['::ffff:1.2.3.4', '1.2.3.4/32'],
    ['::ffff:102:304', '1.2.3.4/32'],
    ['::ffff:1.2.3.4/120', '1.2.3.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['2001:DB8::1/32', '2001:db8:0:0:0:0:0:0/32'],
    ['::/0', '0:0:0:0:0:0:0:0/0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304/128'],
    [' 192.168.0.0/16 ', '192.168.0.0/16'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatCidr(get(text))).toBe(canonical);
  });

  it.each([
    ['10.0.0.1/33', 'bad_prefix'],
    ['2001:db8::/129', 'bad_prefix'],
    ['10.0.0.1/', 'bad_prefix'],
    ['10.0.0.1/08', 'bad_prefix'],
    ['10.0.0.1/-1', 'bad_prefix'],
    ['10.0.0.1/8/8', 'bad_prefix'],
    ['10.0.0.1/1e1', 'bad_prefix'],
    ['::ffff:1.2.3.4/64', 'bad_prefix'],
    ['010.0.0.1', 'leading_zero'],
    ['10.0.0.01', 'leading_zero'],
    ['10.00.0.1', 'leading_zero'],
    ['::ffff:01.2.3.4', 'leading_zero'],
    ['fe80::1%eth0', 'zone_id'],
    ['fe80::1%25eth0/64', 'zone_id'],
    ['', 'not_an_address'],
    ['10.1', 'not_an_address'],
    ['0x0a.0.0.1', 'not_an_address'],
    ['167772161', 'not_an_address'],
    ['256.1.1.1', 'not_an_address'],
    ['1.2.3.4.5', 'not_an_address'],
    ['1..2.3', 'not_an_address'],
    ['1::2::3', 'not_an_address'],
    [':::', 'not_an_address'],
    ['1:2:3:4:5:6:7', 'not_an_address'],
    ['1:2:3:4:5:6:7:8:9', 'not_an_address'],
    ['1:2:3:4:5:6:7:8::', 'not_an_address'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'not_an_address'],
    ['12345::', 'not_an_address'],
    ['g::', 'not_an_address'],
    ['1:', 'not_an_address'],
    ['example.org', 'not_an_address'],
    ['١.2.3.4', 'not_an_address'],
    ['9'.repeat(51), 'not_an_address'],
  ])('refuses %s', (text, problem) => {
    expect(parseCidr(text)).toEqual({ ok: false, problem });
  });

  it('agrees with an independent reader on every IPv6 address it can write', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, prefix) => {
        const theirs = ipaddr.IPv6.parse(address);
        fc.pre(!theirs.isIPv4MappedAddress());
        const words = get(address).words.flatMap((word) => [word >>> 16, word & 0xffff]);
        expect(words).toEqual(theirs.parts);
        const network = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`);
        expect(ipaddr.parse(formatCidr(get(`${address}/${prefix}`)).replace(/\/.*/, '')).toString()).toBe(
          network.toString(),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('agrees with an independent reader on whether an address is in a network', () => {
    const octet = fc.integer({ min: 0, max: 3 });
    const close = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
    fc.assert(
      fc.property(close, close, fc.integer({ min: 0, max: 32 }), (address, network, prefix) => {
        const theirs = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network), prefix);
        expect(isInCidrs(address, [get(`${network}/${prefix}`)])).toBe(theirs);
        expect(isInCidrs(`::ffff:${address}`, [get(`${network}/${prefix}`)])).toBe(theirs);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads nothing that an independent reader does not', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdefx:.::%/')),
      maxLength: 24,
    });
    fc.assert(
      fc.property(text, (candidate) => {
        const parsed = parseCidr(candidate);
        if (parsed.ok) expect(ipaddr.isValid(candidate.replace(/\/\d+$/, ''))).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('isInCidrs', () => {
  it('keeps the families apart, and allows nothing where the list is empty', () => {
    expect(isInCidrs('10.0.0.1', [get('::/0')])).toBe(false);
    expect(isInCidrs('2001:db8::1', [get('0.0.0.0/0')])).toBe(false);
    expect(isInCidrs('2001:db8::1', [get('2001:db8::/32')])).toBe(true);
    expect(isInCidrs('10.0.0.1', [])).toBe(false);
  });

  it('has no opinion on what is no single address', () => {
    expect(isInCidrs('10.0.0.0/8', [get('10.0.0.0/8')])).toBeUndefined();
    expect(isInCidrs('example.org', [get('0.0.0.0/0')])).toBeUndefined();
  });

  it('finds the last of 100,000 networks', () => {
    const networks = Array.from({ length: 100_000 }, (_, index) =>
      get(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/32`),
    );
    expect(isInCidrs('10.1.134.159', networks)).toBe(true);
    expect(isInCidrs('10.1.134.160', networks)).toBe(false);
  });
});
