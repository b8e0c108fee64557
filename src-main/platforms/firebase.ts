import { checkEndpointUrl } from '../../src-shared/domain/addresses/base-url.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { Secret } from '../vault/secret.ts';
import { findJson, getJson } from './answer-body.ts';
import type { Exchange } from './exchange.ts';
import type { HumanSession, PlatformTarget } from './ports.ts';
import type { HttpAnswer } from './transport.ts';
import { firebaseErrorWire, firebaseRefreshWire, firebaseSignInWire } from './wire.ts';

/** https://firebase.google.com/docs/reference/rest/auth and …/identity-platform: the two calls that a session needs. */

const MAX_LIFETIME_MS = 86_400_000;

function endpoint(
  target: PlatformTarget,
  which: 'signInUrl' | 'tokenUrl',
): { readonly url: string; readonly origin: string } {
  const { definition, firebase } = target;
  if (definition.auth.session === null) {
    throw new AppError('BAD_PLATFORM', `${definition.name} has no human sessions.`, 'Use an API key.');
  }
  const option = which === 'signInUrl' ? '--firebase-sign-in-url' : '--firebase-token-url';
  const hint = `Set it with its web API key in it: \`keymolt platform set ${definition.id} ${option} 'https://…?key=…'\`.`;
  if (firebase === undefined) {
    throw new AppError(
      'BAD_PLATFORM',
      `${definition.name} does not document where its people sign in.`,
      hint,
    );
  }
  const checked = checkEndpointUrl(firebase[which]);
  if (!checked.ok) throw new AppError('BAD_URL', `The sign-in address ${checked.reason}.`, hint);
  return checked;
}

/** Firebase names its errors in capitals, some with more words behind a colon. */
function readRefusal(answer: HttpAnswer, origin: string): AppError | undefined {
  const parsed = firebaseErrorWire.safeParse(findJson(answer.body));
  if (!parsed.success || answer.status >= 500) return undefined;
  const { message } = parsed.data.error;
  const word = /^[A-Z_]{3,60}(?= |:|$)/.exec(message)?.[0] ?? '';
  const details = { status: answer.status, ...(word === '' ? {} : { detail: word }) };
  if (
    /^(?:INVALID_LOGIN_CREDENTIALS|INVALID_PASSWORD|EMAIL_NOT_FOUND|INVALID_EMAIL|MISSING_PASSWORD)$/.test(
      word,
    )
  ) {
    return new AppError(
      'KEY_REJECTED',
      `${origin} does not accept this e-mail address and password.`,
      'Check both.',
      { details },
    );
  }
  if (
    /^(?:TOKEN_EXPIRED|INVALID_REFRESH_TOKEN|USER_NOT_FOUND|INVALID_GRANT_TYPE|MISSING_REFRESH_TOKEN)$/.test(
      word,
    )
  ) {
    return new AppError(
      'KEY_REJECTED',
      'The session is over.',
      'Sign in again: `keymolt session sign-in --email E`.',
      {
        details: { ...details, reason: 'auth.session_expired' },
      },
    );
  }
  if (word === 'USER_DISABLED') {
    return new AppError('FORBIDDEN', 'This user account is disabled.', 'Ask the platform’s support.', {
      details: { ...details, reason: 'account.inactive' },
    });
  }
  if (word === 'TOO_MANY_ATTEMPTS_TRY_LATER') {
    return new AppError(
      'RATE_LIMITED',
      'Too many attempts to sign in.',
      'Wait some minutes, then try again.',
      { details },
    );
  }
  if (/api key/i.test(message)) {
    return new AppError(
      'BAD_PLATFORM',
      `${origin} does not know the web API key in the sign-in address.`,
      'It is the part after `?key=`; the platform’s own web page has it.',
      { details },
    );
  }
  return undefined;
}

type SessionExchange = Pick<
  Exchange,
  'method' | 'url' | 'origin' | 'headers' | 'body' | 'isSideEffectFree' | 'secrets' | 'readRefusal'
>;

// SECURITY: the web API key stands in the URL because Firebase wants it there; it names the project and is public.
// Password and tokens go in the body, never in the URL (test/unit/platforms/firebase.test.ts).
const post = (
  where: { url: string; origin: string },
  contentType: string,
  body: string,
  secrets: readonly string[],
) => ({
  method: 'POST',
  url: where.url,
  origin: where.origin,
  headers: { 'content-type': contentType },
  body,
  secrets,
  readRefusal: (answer: HttpAnswer) => readRefusal(answer, where.origin),
});

/** A wrong password counts against the account: never repeated by itself. */
export function signInExchange(target: PlatformTarget, email: string, password: Secret): SessionExchange {
  const text = password.expose().toString('utf8');
  const body = JSON.stringify({ email, password: text, returnSecureToken: true });
  return {
    ...post(endpoint(target, 'signInUrl'), 'application/json', body, [text]),
    isSideEffectFree: false,
  };
}

export function refreshExchange(target: PlatformTarget, refreshToken: Secret): SessionExchange {
  const text = refreshToken.expose().toString('utf8');
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: text }).toString();
  return {
    ...post(endpoint(target, 'tokenUrl'), 'application/x-www-form-urlencoded', body, [text]),
    isSideEffectFree: true,
  };
}

const session = (idToken: string, refreshToken: string, expiresIn: string | number): HumanSession => ({
  idToken: Secret.fromText(idToken),
  refreshToken: Secret.fromText(refreshToken),
  expiresInMs: Math.min(Number(expiresIn) * 1000, MAX_LIFETIME_MS),
});

const notASession = (origin: string): AppError =>
  new AppError(
    'PLATFORM_ANSWER',
    `${origin} answered without the session that was asked for.`,
    'Check the sign-in address.',
  );

export function readSignIn(answer: HttpAnswer, origin: string): HumanSession {
  const parsed = firebaseSignInWire.safeParse(getJson(answer, origin));
  if (!parsed.success) throw notASession(origin);
  return session(parsed.data.idToken, parsed.data.refreshToken, parsed.data.expiresIn);
}

export function readRefresh(answer: HttpAnswer, origin: string): HumanSession {
  const parsed = firebaseRefreshWire.safeParse(getJson(answer, origin));
  if (!parsed.success) throw notASession(origin);
  return session(parsed.data.id_token, parsed.data.refresh_token, parsed.data.expires_in);
}
