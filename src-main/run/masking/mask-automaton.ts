import type { MaskPattern } from './mask-patterns.ts';

/** Nodes with a full row of 256 successors: the ones that are passed all the time lie near the root. */
const MAX_DENSE = 1024;
const NONE = -1;
/** What fits a byte. */
const MAX_SKIP = 255;

/**
 * Finds many byte patterns in one pass (Aho and Corasick, "Efficient string matching", CACM 18, 1975).
 * Nodes are numbered breadth first. Those near the root have all successors laid out; the others, of which a long
 * value has hundreds of thousands, have a list of children and a failure link.
 */
export class MaskAutomaton {
  /** Of the longest pattern that ends in a node; 0: none does. */
  readonly matchLength: Int32Array;
  /** Whose pattern it is. */
  readonly matchLabel: Int32Array;
  /** How many of the last bytes may be the telling beginning of a pattern, and must wait. */
  readonly holdLength: Int32Array;
  /** Successor of the node `state` for a byte, where `state < denseCount`: `dense[state * 256 + byte]`. */
  readonly dense: Int32Array;
  readonly denseCount: number;
  /** No pattern is shorter. */
  readonly minLength: number;
  /**
   * How far to go on where nothing has begun, by the last two bytes of the next `minLength` (Wu and Manber, "A fast
   * algorithm for multi-pattern searching", 1994): so many bytes cannot be the beginning of a pattern. Index:
   * `first << 8 | second`.
   */
  readonly skip: Uint8Array;
  readonly #failure: Int32Array;
  readonly #firstChild: Int32Array;
  readonly #sibling: Int32Array;
  readonly #byte: Uint8Array;

  constructor(patterns: readonly MaskPattern[]) {
    const trie = buildTrie(patterns);
    this.minLength = patterns.reduce((least, { bytes }) => Math.min(least, bytes.length), MAX_SKIP);
    this.skip = buildSkip(patterns, this.minLength);
    const { count, order, firstChild, sibling, byte, depth } = trie;
    // Renumbered breadth first, so that shallow nodes have small numbers.
    const renumbered = new Int32Array(count);
    order.forEach((old, at) => (renumbered[old] = at));
    const renumber = (old: number): number => (old === NONE ? NONE : (renumbered[old] ?? 0));
    this.#firstChild = new Int32Array(count);
    this.#sibling = new Int32Array(count);
    this.#byte = new Uint8Array(count);
    this.#failure = new Int32Array(count);
    this.matchLength = new Int32Array(count);
    this.matchLabel = new Int32Array(count);
    this.holdLength = new Int32Array(count);
    order.forEach((old, at) => {
      this.#firstChild[at] = renumber(firstChild[old] ?? NONE);
      this.#sibling[at] = renumber(sibling[old] ?? NONE);
      this.#byte[at] = byte[old] ?? 0;
      this.matchLength[at] = trie.matchLength[old] ?? 0;
      this.matchLabel[at] = trie.matchLabel[old] ?? 0;
      // A pattern that no longer one goes on from is complete: there is nothing to wait for.
      const isOpen = firstChild[old] !== NONE;
      const isTelling = (depth[old] ?? 0) >= (trie.heldFrom[old] ?? Number.POSITIVE_INFINITY);
      this.holdLength[at] = isOpen && isTelling ? (depth[old] ?? 0) : 0;
    });
    this.denseCount = Math.min(count, MAX_DENSE);
    this.dense = new Int32Array(this.denseCount * 256);
    this.#link(count);
  }

  /** The longest suffix of what was read that begins a pattern, after one more byte. */
  next(state: number, byte: number): number {
    let at = state;
    while (at >= this.denseCount) {
      const child = this.#child(at, byte);
      if (child !== NONE) return child;
      at = this.#failure[at] ?? 0;
    }
    return this.dense[at * 256 + byte] ?? 0;
  }

  #child(node: number, byte: number): number {
    let child = this.#firstChild[node] ?? NONE;
    while (child !== NONE && this.#byte[child] !== byte) child = this.#sibling[child] ?? NONE;
    return child;
  }

  /** Failure links breadth first: a node's link is shallower, so it is complete before it is used. */
  #link(count: number): void {
    for (let node = 0; node < count; node += 1) {
      const failure = this.#failure[node] ?? 0;
      if (node > 0) {
        if (this.matchLength[node] === 0) {
          this.matchLength[node] = this.matchLength[failure] ?? 0;
          this.matchLabel[node] = this.matchLabel[failure] ?? 0;
        }
        if (this.holdLength[node] === 0) this.holdLength[node] = this.holdLength[failure] ?? 0;
      }
      if (node < this.denseCount && node > 0) {
        this.dense.copyWithin(node * 256, failure * 256, failure * 256 + 256);
      }
      for (let child = this.#firstChild[node] ?? NONE; child !== NONE; child = this.#sibling[child] ?? NONE) {
        const byte = this.#byte[child] ?? 0;
        this.#failure[child] = node === 0 ? 0 : this.next(failure, byte);
        if (node < this.denseCount) this.dense[node * 256 + byte] = child;
      }
    }
  }
}

const buildSkip = (patterns: readonly MaskPattern[], length: number): Uint8Array => {
  const skip = new Uint8Array(1 << 16).fill(Math.max(length - 1, 1));
  for (const { bytes } of patterns) {
    for (let at = 1; at < length; at += 1) {
      const pair = ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
      skip[pair] = Math.min(skip[pair] ?? 0, length - 1 - at);
    }
  }
  return skip;
};

interface Trie {
  readonly count: number;
  /** Nodes breadth first. */
  readonly order: Int32Array;
  readonly firstChild: Int32Array;
  readonly sibling: Int32Array;
  readonly byte: Uint8Array;
  readonly depth: Int32Array;
  readonly matchLength: Int32Array;
  readonly matchLabel: Int32Array;
  readonly heldFrom: Float64Array;
}

const buildTrie = (patterns: readonly MaskPattern[]): Trie => {
  const most = 1 + patterns.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const firstChild = new Int32Array(most).fill(NONE);
  const sibling = new Int32Array(most).fill(NONE);
  const byteOf = new Uint8Array(most);
  const depth = new Int32Array(most);
  const matchLength = new Int32Array(most);
  const matchLabel = new Int32Array(most);
  const heldFrom = new Float64Array(most).fill(Number.POSITIVE_INFINITY);
  let count = 1;
  for (const { bytes, label, heldFrom: from } of patterns) {
    let node = 0;
    for (const byte of bytes) {
      let child = firstChild[node] ?? NONE;
      while (child !== NONE && byteOf[child] !== byte) child = sibling[child] ?? NONE;
      if (child === NONE) {
        child = count;
        count += 1;
        byteOf[child] = byte;
        depth[child] = (depth[node] ?? 0) + 1;
        sibling[child] = firstChild[node] ?? NONE;
        firstChild[node] = child;
      }
      heldFrom[child] = Math.min(heldFrom[child] ?? from, from);
      node = child;
    }
    if (matchLength[node] === 0) {
      matchLength[node] = bytes.length;
      matchLabel[node] = label;
    }
  }
  return {
    count,
    order: breadthFirst(count, firstChild, sibling),
    firstChild,
    sibling,
    byte: byteOf,
    depth,
    matchLength,
    matchLabel,
    heldFrom,
  };
};

const breadthFirst = (count: number, firstChild: Int32Array, sibling: Int32Array): Int32Array => {
  const order = new Int32Array(count);
  let end = 1;
  for (let at = 0; at < end; at += 1) {
    for (let child = firstChild[order[at] ?? 0] ?? NONE; child !== NONE; child = sibling[child] ?? NONE) {
      order[end] = child;
      end += 1;
    }
  }
  return order;
};
