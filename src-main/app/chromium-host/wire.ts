/**
 * How calls cross from the page to the host: JSON, in which bytes are `{"$bytes": base64}`.
 * SECURITY: a passphrase or value thus exists as text in the browser and here for a moment, which no wipe reaches;
 * Electron's host passes bytes as bytes. Accepted for a host that serves where Electron cannot be had.
 */

const BYTES = '$bytes';

// More than any request of the contract; the page is untrusted, and parsing is not free.
const MAX_REQUEST_CHARACTERS = 2_000_000;

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
