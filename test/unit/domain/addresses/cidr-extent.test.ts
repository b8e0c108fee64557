import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { type Cidr, isInCidrs, parseCidr } from '../../../../src-shared/domain/addresses/cidr.ts';
import { extentOf, extentOfList, writeNetwork } from '../../../../src-shared/domain/addresses/cidr-extent.ts';

const get = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.cidr;
};
/** A mapped IPv6 network that reaches outside of IPv4 cannot be read. */
const readable = (text: string): Cidr | undefined => {
  const parsed = parseCidr(text);
  return parsed.ok ? parsed.cidr : undefined;
};
const list = (...texts: string[]) => extentOfList(texts.map(get));

describe('extentOf', () => {
  it.each([
    ['203.0.113.0/24', 256n, '203.0.113.0', '203.0.113.255', 'public'],
    ['203.0.113.7', 1n, '203.0.113.7', '203.0.113.7', 'public'],
    ['10.1.2.3/8', 16_777_216n, '10.0.0.0', '10.255.255.255', 'private'],
    ['0.0.0.0/0', 4_294_967_296n, '0.0.0.0', '255.255.255.255', 'everyone'],
    ['::/0', 2n ** 128n, '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'everyone'],
    ['2001:db8::/127', 2n, '2001:db8::', '2001:db8::1', 'public'],
    ['127.0.0.1', 1n, '127.0.0.1', '127.0.0.1', 'loopback'],
    ['fe80::1/64', 2n ** 64n, 'fe80::', 'fe80::ffff:ffff:ffff:ffff', 'link_local'],
    ['10.0.0.0/7', 33_554_432n, '10.0.0.0', '11.255.255.255', 'public'],
    ['::1', 1n, '::1', '::1', 'loopback'],
  ] as const)('%s: %d addresses, from %s to %s, %s', (text, addresses, first, last, reach) => {
    expect(extentOf(get(text))).toMatchObject({ addresses, first, last, reach });
  });

  it('admits its first and last address and neither neighbour', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(fc.ipV4(), fc.nat(32)), fc.tuple(fc.ipV6(), fc.nat(128))),
        ([address, prefix]) => {
          const cidr = readable(`${address}/${prefix}`);
          fc.pre(cidr !== undefined);
          const { first, last, addresses } = extentOf(cidr);
          // The last address of ::/80 is the IPv4 address 255.255.255.255 in the clothes of IPv6 (RFC 4291, 2.5.5.2).
          fc.pre(get(last).family === cidr.family);
          expect(isInCidrs(first, [cidr])).toBe(true);
          expect(isInCidrs(last, [cidr])).toBe(true);
          expect(addresses).toBe(2n ** BigInt((cidr.family === 4 ? 32 : 128) - cidr.prefixLength));
          expect(get(first).words).toEqual(cidr.words);
          // An independent reader writes the last address the same way.
          if (cidr.family === 6) expect(ipaddr.parse(last).toString()).toBe(last);
        },
      ),
    );
  });
});

describe('writeNetwork', () => {
  it('is read back as the same network, and is short', () => {
    expect(writeNetwork(get('2001:DB8:0:0::/32'))).toBe('2001:db8::/32');
    expect(writeNetwork(get('10.0.0.7/32'))).toBe('10.0.0.7');
    fc.assert(
      fc.property(fc.ipV6(), fc.nat(128), (address, prefix) => {
        const cidr = readable(`${address}/${prefix}`);
        fc.pre(cidr !== undefined);
        expect(get(writeNetwork(cidr))).toEqual(cidr);
      }),
    );
  });
});

describe('extentOfList', () => {
  it('counts what lies in several networks once, and names what is needless', () => {
    expect(list('10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16', '192.168.0.1')).toMatchObject({
      ipv4: 16_777_217n,
      ipv6: 0n,
      everyoneOf: [],
      needless: [
        { network: '10.1.0.0/16', within: '10.0.0.0/8' },
        { network: '10.1.0.0/16', within: '10.0.0.0/8' },
      ],
    });
  });

  it('sees everyone, in one network and in halves', () => {
    expect(list('0.0.0.0/0').everyoneOf).toEqual([4]);
    expect(list('0.0.0.0/1', '128.0.0.0/1').everyoneOf).toEqual([4]);
    expect(list('::/1', '8000::/1', '10.0.0.0/8').everyoneOf).toEqual([6]);
    expect(list('0.0.0.0/1', '128.0.0.0/2').everyoneOf).toEqual([]);
    expect(list().everyoneOf).toEqual([]);
  });

  it('admits as many addresses as a count one by one gives', () => {
    const small = fc.tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }));
    fc.assert(
      fc.property(fc.array(small, { maxLength: 12 }), (entries) => {
        const networks = entries.map(([last, prefix]) => get(`203.0.113.${last}/${prefix}`));
        const counted = Array.from({ length: 256 }, (_, last) => `203.0.113.${last}`).filter(
          (address) => isInCidrs(address, networks) === true,
        ).length;
        expect(extentOfList(networks).ipv4).toBe(BigInt(counted));
      }),
      { numRuns: 60 },
    );
  });
});
