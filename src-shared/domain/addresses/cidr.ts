/**
 * Addresses and networks, read strictly and fast. Hand-written because an allow list may have 100,000 entries, and
 * because a list that two readers understand differently is no protection; tests compare it with an independent reader.
 */

/** One address or network. IPv4-mapped IPv6 is kept as IPv4, so that both spellings match each other. */
export interface Cidr {
  readonly family: 4 | 6;
  /** The address in 32-bit words: one for IPv4, four for IPv6. Bits behind the prefix are 0. */
  readonly words: readonly number[];
  readonly prefixLength: number;
}

export type CidrProblem = 'not_an_address' | 'leading_zero' | 'bad_prefix' | 'zone_id';

export type CidrResult =
  { readonly ok: true; readonly cidr: Cidr } | { readonly ok: false; readonly problem: CidrProblem };

// The longest spelling: eight groups of four, or six and a dotted quad, and /128.
const MAX_LENGTH = 50;

const problem = (what: CidrProblem): CidrResult => ({ ok: false, problem: what });

/**
 * Reads an address or a network in CIDR form: no octal, no shortened IPv4, no zone id, a prefix that fits.
 * Host bits behind the prefix are cleared, as firewalls do.
 */
export function parseCidr(text: string): CidrResult {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return problem('not_an_address');
  if (trimmed.includes('%')) return problem('zone_id');
  const slash = trimmed.indexOf('/');
  const host = slash < 0 ? trimmed : trimmed.slice(0, slash);
  const suffix = slash < 0 ? undefined : parsePrefixLength(trimmed, slash + 1);
  if (suffix === -1) return problem('bad_prefix');
  if (!host.includes(':')) {
    const word = parseIpv4(host);
    return typeof word === 'string' ? problem(word) : network(4, [word], suffix ?? 32);
  }
  const words = parseIpv6(host);
  if (typeof words === 'string') return problem(words);
  const prefixLength = suffix ?? 128;
  const [a = 0, b = 0, c = 0, d = 0] = words;
  if (a !== 0 || b !== 0 || c !== 0xffff) return network(6, words, prefixLength);
  // ::ffff:0:0/96 is all of IPv4; a shorter prefix reaches outside the mapped range and has no IPv4 spelling.
  return prefixLength < 96 ? problem('bad_prefix') : network(4, [d], prefixLength - 96);
}

/** @returns -1 where the text from `start` is no number of at most three digits without a leading zero */
function parsePrefixLength(text: string, start: number): number {
  const digits = text.length - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(start) === 48)) return -1;
  let bits = 0;
  for (let index = start; index < text.length; index += 1) {
    const digit = digitOf(text.charCodeAt(index));
    if (digit < 0) return -1;
    bits = bits * 10 + digit;
  }
  return bits;
}

function network(family: 4 | 6, words: number[], prefixLength: number): CidrResult {
  if (prefixLength > words.length * 32) return problem('bad_prefix');
  for (let index = 0; index < words.length; index += 1) {
    words[index] = maskWord(words[index] ?? 0, prefixLength - index * 32);
  }
  return { ok: true, cidr: { family, words, prefixLength } };
}

/** Keeps the first `bits` bits of a word. A shift by 32 is a shift by 0 in JavaScript, hence the two ends. */
const maskWord = (word: number, bits: number): number =>
  bits >= 32 ? word : bits <= 0 ? 0 : (word & (-1 << (32 - bits))) >>> 0;

const DOT = 46;
const COLON = 58;
const digitOf = (code: number): number => (code >= 48 && code <= 57 ? code - 48 : -1);
const hexDigitOf = (code: number): number => {
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : digitOf(code);
};

function parseIpv4(text: string): number | CidrProblem {
  let word = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  let hasLeadingZero = false;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? DOT : text.charCodeAt(index);
    if (code === DOT) {
      if (digits === 0 || digits > 3 || octet > 255) return 'not_an_address';
      word = word * 256 + octet;
      dots += 1;
      octet = 0;
      digits = 0;
      continue;
    }
    const digit = digitOf(code);
    if (digit < 0) return 'not_an_address';
    // "010" is 8 for inet_aton and 10 for others.
    if (digits === 1 && octet === 0) hasLeadingZero = true;
    octet = octet * 10 + digit;
    digits += 1;
  }
  if (dots !== 4) return 'not_an_address';
  return hasLeadingZero ? 'leading_zero' : word;
}

function parseIpv6(text: string): number[] | CidrProblem {
  const groups: number[] = [];
  let gapAt = -1;
  let index = 0;
  if (text.startsWith('::')) {
    gapAt = 0;
    index = 2;
  }
  while (index < text.length) {
    if (groups.length === 8) return 'not_an_address';
    let group = 0;
    const start = index;
    let code = text.charCodeAt(index);
    while (index < text.length && index - start <= 4 && hexDigitOf(code) >= 0) {
      group = group * 16 + hexDigitOf(code);
      index += 1;
      code = text.charCodeAt(index);
    }
    const digits = index - start;
    if (code === DOT && groups.length <= 6) {
      const quad = parseIpv4(text.slice(start));
      if (typeof quad === 'string') return quad;
      groups.push(quad >>> 16, quad & 0xffff);
      break;
    }
    if (digits === 0 || digits > 4) return 'not_an_address';
    groups.push(group);
    if (index === text.length) break;
    if (code !== COLON || index + 1 === text.length) return 'not_an_address';
    index += 1;
    if (text.charCodeAt(index) !== COLON) continue;
    if (gapAt >= 0) return 'not_an_address';
    gapAt = groups.length;
    index += 1;
  }
  const missing = 8 - groups.length;
  if (gapAt < 0 ? missing !== 0 : missing < 1) return 'not_an_address';
  const words = [0, 0, 0, 0];
  for (let at = 0; at < groups.length; at += 1) {
    const place = gapAt >= 0 && at >= gapAt ? at + missing : at;
    const word = place >> 1;
    words[word] = ((words[word] ?? 0) | ((groups[at] ?? 0) << (place % 2 === 0 ? 16 : 0))) >>> 0;
  }
  return words;
}

/** The one spelling of a network: `10.0.0.0/8`, `2001:db8:0:0:0:0:0:0/32`. */
export function formatCidr({ family, words, prefixLength }: Cidr): string {
  const address =
    family === 4
      ? [24, 16, 8, 0].map((shift) => ((words[0] ?? 0) >>> shift) & 0xff).join('.')
      : words.flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]).join(':');
  return `${address}/${prefixLength}`;
}

/**
 * Whether an address is in one of the networks. An empty list allows nothing.
 * @returns undefined where `text` is no single address
 */
export function isInCidrs(text: string, networks: readonly Cidr[]): boolean | undefined {
  const parsed = parseCidr(text);
  if (!parsed.ok || text.includes('/')) return undefined;
  const { family, words } = parsed.cidr;
  return networks.some(
    (candidate) =>
      candidate.family === family &&
      candidate.words.every(
        (word, index) => maskWord(words[index] ?? 0, candidate.prefixLength - index * 32) === word,
      ),
  );
}
