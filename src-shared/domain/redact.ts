import { KNOWN_KEY_FORMATS } from './keys/known-key-formats.ts';
import type { KeyFormat } from './platform-definition.ts';

/** Longer text is cut before it is searched, so that a hostile answer cannot make a log line expensive. */
const MAX_SEARCHED = 65_536;

/** How much of a key a log may show (PLATFORMS: the first 12 characters). */
const SHOWABLE = 12;

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

type Rule = readonly [
  pattern: RegExp,
  replacement: string | ((match: string, ...groups: string[]) => string),
];

// One named rule per kind of secret. Each is linear: no nested repetition.
const HEADER_LINE: Rule = [
  /\b(x-api-key|authorization|cookie|set-cookie|x-goog-api-key)(["']?\s*[:=]\s*["']?)[^\r\n"',}]+/gi,
  '$1$2[redacted]',
];
const BEARER: Rule = [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [redacted]'];
const JSON_WEB_TOKEN: Rule = [/eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}/g, '[redacted token]'];
const FIREBASE_REFRESH_TOKEN: Rule = [/\bA(?:Mf-|OEOul|E0u-)[A-Za-z0-9_-]{16,}/g, '[redacted token]'];
const FIREBASE_WEB_KEY: Rule = [/\bAIza[A-Za-z0-9_-]{20,}/g, '[redacted]'];
const NAMED_FIELD: Rule = [
  /(["']?(?:pass(?:word|phrase)|secret|(?:id|access|refresh)_?token|api_?key)["']?\s*[:=]\s*["']?)[^\s"',&}]+/gi,
  '$1[redacted]',
];
const URL_CREDENTIALS: Rule = [/(:\/\/)[^\s/@:]*:[^\s/@]*@/g, '$1[redacted]@'];
const LONG_HEX: Rule = [/(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])/gi, '[redacted]'];
const LONG_TOKEN: Rule = [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{64,}/g, '[redacted]'];

const keyRule = (prefix: string): Rule => [
  new RegExp(`(${escapeRegExp(prefix)})[A-Za-z0-9_+/=%-]+`, 'gi'),
  (match, ...[shown = '']) => (match.length <= SHOWABLE ? match : `${shown}[redacted]`),
];

/**
 * Makes a function that takes everything out of a text that looks like a secret.
 * @param formats key formats beside the built-in platforms'
 */
export function createRedactor(formats: readonly KeyFormat[] = []): (text: string) => string {
  const prefixes = new Set(
    [...KNOWN_KEY_FORMATS, ...formats].map(({ prefix }) => prefix).filter((prefix) => prefix.length >= 3),
  );
  const rules: readonly Rule[] = [
    ...[...prefixes].map(keyRule),
    JSON_WEB_TOKEN,
    FIREBASE_REFRESH_TOKEN,
    FIREBASE_WEB_KEY,
    HEADER_LINE,
    BEARER,
    URL_CREDENTIALS,
    NAMED_FIELD,
    LONG_HEX,
    LONG_TOKEN,
  ];
  return (text) => {
    const searched = text.length > MAX_SEARCHED ? `${text.slice(0, MAX_SEARCHED)}… [cut]` : text;
    return rules.reduce(
      (line, [pattern, replacement]) =>
        typeof replacement === 'string'
          ? line.replace(pattern, replacement)
          : line.replace(pattern, replacement),
      searched,
    );
  };
}

/**
 * Takes out of a text whatever looks like a key of a built-in platform, a token, a password field or a long hex string.
 * SECURITY: the last net under every log line and every text of a platform that is shown
 * (test/unit/domain/redact.test.ts). It is no reason to put a secret into a text.
 */
export const redactAll = createRedactor();
