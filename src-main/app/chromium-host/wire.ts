/**
 * How calls cross from the page to the host: JSON, in which bytes are `{"$bytes": base64}`.
 * SECURITY: a passphrase or value thus exists as text in the browser and here for a moment, which no wipe reaches;
 * Electron's host passes bytes as bytes. Accepted for a host that serves where Electron cannot be had.
 */

const BYTES = '$bytes';

// More than any request of the contract; the page is untrusted, and parsing is not free.
const MAX_REQUEST_CHARACTERS = 2_000_000;

interface PageCall {
  readonly id: number;
  readonly channel: string;
  readonly payload: unknown;
}

/** @returns undefined for what is no call at all: nobody waits for its answer */
export const decodeCall = (text: unknown): PageCall | undefined => {
  try {
    const [id, channel, payload] = JSON.parse(String(text)) as readonly unknown[];
    if (!Number.isSafeInteger(id)) return undefined;
    return { id: id as number, channel: String(channel), payload: decodePayload(payload) };
  } catch {
    return undefined;
  }
};

/** @returns the payload, or undefined for what is no request at all: the contract's schemas then refuse it */
export const decodePayload = (text: unknown): unknown => {
  if (typeof text !== 'string' || text.length > MAX_REQUEST_CHARACTERS) return undefined;
  try {
    return JSON.parse(text, (_name, value: unknown) => asBytes(value) ?? value);
  } catch {
    return undefined;
  }
};

const asBytes = (value: unknown): Uint8Array | undefined => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const text = (value as Record<string, unknown>)[BYTES];
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
};

/** What the bridge hears: the answer to a call, or news. */
export type Message =
  | { readonly id: number; readonly outcome: unknown }
  | { readonly news: readonly (readonly [string, unknown])[] };

export const encodeAnswer = (id: number, outcome: unknown): string =>
  JSON.stringify({ id, outcome } satisfies Message);

export const encodeNews = (news: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify({ news } satisfies Message);
