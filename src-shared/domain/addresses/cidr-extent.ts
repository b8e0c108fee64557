import { type Cidr, formatCidr } from './cidr.ts';

/** What a network admits, in numbers and words that a person can check. */
export interface CidrExtent {
  readonly family: 4 | 6;
  /** How many addresses; up to 2^128, so no number holds it. */
  readonly addresses: bigint;
  readonly first: string;
  readonly last: string;
  /** What kind of addresses these are; a platform on the internet sees public ones alone. */
  readonly reach: 'public' | 'private' | 'loopback' | 'link_local' | 'everyone';
}

export interface AllowListExtent {
  readonly ipv4: bigint;
  readonly ipv6: bigint;
  /** Families of which every address is admitted, by one network or by several together. */
  readonly everyoneOf: readonly (4 | 6)[];
  /** Networks that lie within another one of the list, in its spelling; without them it admits the same. */
  readonly needless: readonly { readonly network: string; readonly within: string }[];
}

const BITS = { 4: 32, 6: 128 } as const;

interface Span {
  readonly family: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

const spanOf = ({ family, words, prefixLength }: Cidr): Span => {
  const from = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return { family, from, to: from + (1n << BigInt(BITS[family] - prefixLength)) - 1n };
};

/**
 * An address as people write it: dotted, or with the longest run of zero groups left out (RFC 5952).
 * @param value the address as one number
 */
const writeAddress = (family: 4 | 6, value: bigint): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  let [gapAt, gapLength] = [-1, 1];
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (groups[at + length] === '0') length += 1;
    if (length > gapLength) [gapAt, gapLength] = [at, length];
  }
  if (gapAt < 0) return groups.join(':');
  return `${groups.slice(0, gapAt).join(':')}::${groups.slice(gapAt + gapLength).join(':')}`;
};

const span = (family: 4 | 6, from: bigint, prefixLength: number): Span => ({
  family,
  from,
  to: from + (1n << BigInt(BITS[family] - prefixLength)) - 1n,
});

/** RFC 1918, 6598 and 4193; RFC 1122 and 4291; RFC 3927 and 4291. */
const SPECIAL: readonly (readonly [CidrExtent['reach'], Span])[] = [
  ['private', span(4, 0x0a000000n, 8)],
  ['private', span(4, 0xac100000n, 12)],
  ['private', span(4, 0xc0a80000n, 16)],
  ['private', span(4, 0x64400000n, 10)],
  ['private', span(6, 0xfcn << 120n, 7)],
  ['loopback', span(4, 0x7f000000n, 8)],
  ['loopback', span(6, 1n, 128)],
  ['link_local', span(4, 0xa9fe0000n, 16)],
  ['link_local', span(6, 0xfe80n << 112n, 10)],
];

const contains = (outer: Span, inner: Span): boolean =>
  outer.family === inner.family && outer.from <= inner.from && inner.to <= outer.to;

export function extentOf(network: Cidr): CidrExtent {
  const own = spanOf(network);
  const { family, from, to } = own;
  const special = SPECIAL.find(([, known]) => contains(known, own))?.[0];
  return {
    family,
    addresses: to - from + 1n,
    first: writeAddress(family, from),
    last: writeAddress(family, to),
    reach: network.prefixLength === 0 ? 'everyone' : (special ?? 'public'),
  };
}

/** The network as people write it: `2001:db8::/32`, and a single address without its prefix. */
export const writeNetwork = (network: Cidr): string => {
  const { from, to } = spanOf(network);
  const address = writeAddress(network.family, from);
  return from === to ? address : `${address}/${network.prefixLength}`;
};

/** What a whole list admits; addresses in several of its networks count once. */
export function extentOfList(networks: readonly Cidr[]): AllowListExtent {
  const admitted = { 4: 0n, 6: 0n };
  const needless: { network: string; within: string }[] = [];
  // From the widest of those that begin at the same address; so what lies within another comes behind it.
  const sorted = networks
    .map((network) => ({ network, ...spanOf(network) }))
    .sort((a, b) => a.family - b.family || compare(a.from, b.from) || compare(b.to, a.to));
  let outer: (typeof sorted)[number] | undefined;
  for (const entry of sorted) {
    // Networks lie within each other or apart, never across.
    if (outer !== undefined && contains(outer, entry)) {
      needless.push({ network: formatCidr(entry.network), within: formatCidr(outer.network) });
      continue;
    }
    outer = entry;
    admitted[entry.family] += entry.to - entry.from + 1n;
  }
  return {
    ipv4: admitted[4],
    ipv6: admitted[6],
    everyoneOf: ([4, 6] as const).filter((family) => admitted[family] === 1n << BigInt(BITS[family])),
    needless,
  };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
