import { parseCidr } from './cidr.ts';
import { isLoopbackHost } from './loopback.ts';

export type UrlCheck =
  | { readonly ok: true; readonly url: string; readonly origin: string; readonly isLoopback: boolean }
  | { readonly ok: false; readonly reason: string };

// Deliberately narrower than RFC 3986: only text that every URL parser reads in the same way passes.
const URL_PARTS = /^(https?):\/\/([^/?#@\\\s]+)(\/[^?#\\\s]*)?(\?[^#\\\s]*)?(#.*)?$/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/;
const SAFE_PATH = /^(?:\/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*$/;
const SAFE_QUERY = /^\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/;
const MAX_URL_LENGTH = 2048;

const refused = (reason: string): UrlCheck => ({ ok: false, reason });

/** URL parsers take a host whose last label is a number for IPv4, in many spellings: only the dotted decimal one is plain. */
function isPlainHost(host: string): boolean {
  if (host.startsWith('[')) return parseCidr(host.slice(1, -1)).ok;
  if (host.includes('..')) return false;
  const last = host.split('.').at(-1) ?? '';
  return /^(?:\d+|0x[0-9a-f]*)$/.test(last) ? parseCidr(host).ok : true;
}

function check(text: string, queryAllowed: boolean): UrlCheck {
  const trimmed = text.trim();
  if (trimmed === '') return refused('is empty');
  if (trimmed.length > MAX_URL_LENGTH) return refused(`is longer than ${MAX_URL_LENGTH} characters`);
  // SECURITY: a password in an address ends in logs and process lists.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(trimmed)) return refused('has a user name or password in it');
  const parts = URL_PARTS.exec(trimmed);
  if (!parts) return refused('is not an address of the form https://host/path');
  const scheme = (parts[1] ?? '').toLowerCase();
  const path = parts[3] ?? '';
  const query = parts[4] ?? '';
  if (parts[5] !== undefined) return refused('has a fragment (#…)');
  if (query !== '' && !queryAllowed) return refused('has a query (?…)');
  if (query !== '' && !SAFE_QUERY.test(query))
    return refused('has characters in its query that do not belong there');
  if (!SAFE_PATH.test(path) || /%(?![0-9a-f]{2})/i.test(path)) {
    return refused('has characters in its path that do not belong there');
  }
  // SECURITY: a parser that resolves dot segments would call another path than the one shown.
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)))
    return refused('has “.” or “..” in its path');
  const authority = HOST_AND_PORT.exec((parts[2] ?? '').toLowerCase());
  if (!authority) return refused('has a host that is not a plain name or address');
  const host = authority[1] ?? '';
  const port = authority[2] === undefined ? undefined : Number(authority[2]);
  if (!isPlainHost(host)) return refused('has a host that is not a plain name or address');
  if (port !== undefined && (port < 1 || port > 65_535)) return refused('has a port outside 1–65535');
  const isLoopback = isLoopbackHost(host);
  // SECURITY: a key over plain HTTP is readable on the way; loopback has no way (test/unit/domain/addresses/base-url.test.ts).
  if (scheme === 'http' && !isLoopback)
    return refused('is plain http; only https, or http to this machine itself, is allowed');
  const defaultPort = scheme === 'https' ? 443 : 80;
  const origin = `${scheme}://${host}${port === undefined || port === defaultPort ? '' : `:${port}`}`;
  return { ok: true, url: origin + path.replace(/\/+$/, '') + query, origin, isLoopback };
}

/**
 * Whether `text` may be a platform's base URL: https, or http to loopback (127.0.0.0/8, ::1, localhost);
 * no credentials, query or fragment. @returns it normalised, without a trailing slash, or why not
 */
export const checkBaseUrl = (text: string): UrlCheck => check(text, false);

/** As `checkBaseUrl`, for one endpoint's whole address: it may have a query (Firebase's public web API key stands there). */
export const checkEndpointUrl = (text: string): UrlCheck => check(text, true);
