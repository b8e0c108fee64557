import type { Cause } from '../../src-shared/domain/cause.ts';
import type { ErrorRule, PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import { createRedactor } from '../../src-shared/domain/redact.ts';
import { AppError, type ErrorDetails } from '../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../src-shared/errors/codes.ts';
import { findField, findJson } from './answer-body.ts';
import type { HttpAnswer } from './transport.ts';
import { withoutSecret } from './without-secret.ts';

const MAX_TEXT = 200;

/** What the platform itself said, fit to be shown: redacted, one line, capped. */
export function platformText(
  definition: PlatformDefinition,
  body: Buffer,
  secrets: readonly string[],
): string | undefined {
  const said = findField(findJson(body), definition.errorTextFields);
  if (typeof said !== 'string') return undefined;
  // SECURITY: a platform may repeat the key it refuses, in whatever format a definition never heard of.
  const withoutKeys = secrets.reduce((text, secret) => {
    const prefix = definition.keyFormats.find((format) => secret.startsWith(format.prefix))?.prefix ?? '';
    return withoutSecret(text, secret, prefix);
  }, said);
  const line = createRedactor(definition.keyFormats)(withoutKeys)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}

/** How a 401 or 403 is read where the definition has no rule for its text. The first that fits wins. */
const GENERAL_REASONS: readonly (readonly [status: number, pattern: RegExp, reason: Cause])[] = [
  [403, /\bsuspended\b/i, 'account.suspended'],
  [403, /\binactive\b/i, 'account.inactive'],
  [403, /\bprovisional\b/i, 'account.provisional'],
  [403, /\bpending\b/i, 'account.pending'],
  [403, /\bip\b|(?<!e-?mail )\baddress\b|\ballow[- ]?list/i, 'ip.not_allowed'],
  [403, /\bscopes?\b|\bpermissions?\b/i, 'scope.insufficient'],
  [403, /\bkey\b.*\bdisabled\b/i, 'key.disabled'],
  [401, /\bkey\b.*\brevoked\b/i, 'auth.revoked'],
  [401, /\bkey\b.*\bdisabled\b/i, 'key.disabled'],
  [401, /\btest key\b/i, 'env.test_key_on_live'],
  [401, /\b(?:token|session)\b.*\bexpired\b/i, 'auth.session_expired'],
  [401, /\b(?:required|missing)\b/i, 'auth.missing_header'],
];

const fits = (rule: ErrorRule, status: number, text: string): boolean => {
  if (rule.status !== status) return false;
  if (rule.text === null) return true;
  const said = text.toLowerCase();
  const wanted = rule.text.what.toLowerCase();
  if (rule.text.how === 'equals') return said === wanted;
  return rule.text.how === 'begins' ? said.startsWith(wanted) : said.includes(wanted);
};

interface Wording {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

function wordingOf(status: number, who: string, origin: string): Wording {
  if (status === 401) {
    return {
      code: 'KEY_REJECTED',
      message: `${who} does not accept this key (401).`,
      hint: 'It may be revoked, mistyped or of another environment. The key in the vault stays as it is.',
    };
  }
  if (status === 403) {
    return {
      code: 'FORBIDDEN',
      message: `${who} knows the key and forbids the call (403).`,
      hint: 'The account, a scope or an address list stands against it: see what the platform says.',
    };
  }
  if (status === 404) {
    return {
      code: 'NOT_FOUND',
      message: `${who} has nothing at that place (404).`,
      hint: 'A wrong base URL answers in this way too: `keymolt platform show ID`.',
    };
  }
  if (status === 429) {
    return {
      code: 'RATE_LIMITED',
      message: `${who} limits the rate of calls with this key (429).`,
      hint: 'Wait, and spread the calls.',
    };
  }
  if (status >= 500) {
    return {
      code: 'PLATFORM_ERROR',
      message: `${who} failed on its side (${status}).`,
      hint: 'Try again later; nothing is wrong with the key.',
    };
  }
  return {
    code: 'PLATFORM_ANSWER',
    message: `${origin} answered ${status}, which ${who} does not document here.`,
    hint: 'Check the base URL, and what was asked for.',
  };
}

export interface RefusalContext {
  readonly definition: PlatformDefinition;
  readonly origin: string;
  /** Texts that must not come back in an error, whatever they look like. */
  readonly secrets: readonly string[];
  readonly retryAfterMs?: number | null;
}

/** An answer outside 2xx, in our words. @returns the error to throw */
export function answerError(answer: HttpAnswer, context: RefusalContext): AppError {
  const { definition, origin, secrets } = context;
  const { status } = answer;
  if (status >= 300 && status < 400) return redirectError(answer, origin);
  const text = platformText(definition, answer.body, secrets);
  const wording = wordingOf(status, definition.name, origin);
  const rule = definition.errors.find((candidate) => fits(candidate, status, text ?? ''));
  const reason = rule?.reason ?? generalReason(status, text);
  const retryAfterMs = context.retryAfterMs ?? null;
  const details: ErrorDetails = {
    status,
    ...(text === undefined || text === '' ? {} : { detail: text }),
    ...(reason === null ? {} : { reason }),
    ...(retryAfterMs === null ? {} : { retry_after_ms: retryAfterMs }),
  };
  const hint =
    status === 429 && retryAfterMs !== null
      ? `Try again in ${Math.ceil(retryAfterMs / 1000)} s, and spread the calls.`
      : wording.hint;
  const message =
    text === undefined || text === '' ? wording.message : `${wording.message.slice(0, -1)}: “${text}”`;
  return new AppError(rule?.code ?? wording.code, message, hint, { details });
}

function generalReason(status: number, text: string | undefined): Cause | null {
  if (status === 404) return 'net.wrong_base_path';
  if (status === 429) return 'rate.exceeded';
  if (status >= 500) return 'platform.error';
  return GENERAL_REASONS.find(([of, pattern]) => of === status && pattern.test(text ?? ''))?.[2] ?? null;
}

/** SECURITY: names the target's origin and nothing more: a redirect may carry a token in its path. */
function redirectError(answer: HttpAnswer, origin: string): AppError {
  const location = answer.header('location');
  let target = 'an address that cannot be read';
  if (location !== undefined && URL.canParse(location, origin)) {
    const { origin: to, protocol } = new URL(location, origin);
    target = to === 'null' ? `an address of the kind ${protocol}` : to;
  }
  return new AppError(
    'REDIRECT_REFUSED',
    `${origin} wants to send the call on to ${target}. Keymolt follows no redirect with a key.`,
    'If the platform has moved, set its new address with `keymolt platform set ID --base-url URL`.',
    { details: { status: answer.status, reason: 'net.redirect', target } },
  );
}
