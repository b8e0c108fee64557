import type { Cause } from '../../src-shared/domain/cause.ts';
import { AppError, type ErrorDetails } from '../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../src-shared/errors/codes.ts';

interface Reading {
  readonly code: ErrorCode;
  readonly reason: Cause | null;
  readonly says: string;
  readonly hint: string;
  /** The request never left: nothing can have happened at the platform. */
  readonly neverSent: boolean;
}

const CHECK_NETWORK = 'Check the network and the base URL (`keymolt platform show ID`).';
const unreachable = (reason: Cause | null, says: string, neverSent = true): Reading => ({
  code: 'NETWORK',
  reason,
  says,
  hint: CHECK_NETWORK,
  neverSent,
});
const slow = (says: string, neverSent: boolean): Reading => ({
  code: 'TIMEOUT',
  reason: 'net.timeout',
  says,
  hint: 'A wrong port or a firewall shows itself in this way too. Check that outbound connections to it are allowed.',
  neverSent,
});
const untrusted = (says: string): Reading => ({
  code: 'TLS',
  reason: 'net.tls',
  says,
  hint: 'If a proxy of your organisation re-signs traffic, name its certificate with `keymolt platform set ID --ca-file F`. There is no way to go on without a check.',
  neverSent: true,
});
const odd = (says: string): Reading => ({
  code: 'PLATFORM_ANSWER',
  reason: null,
  says,
  hint: 'Check the base URL: is something else answering there?',
  neverSent: false,
});

const READINGS: Readonly<Record<string, Reading>> = {
  ENOTFOUND: unreachable('net.dns', 'cannot be found: its name does not resolve.'),
  EAI_AGAIN: unreachable('net.dns', 'cannot be found: the name server does not answer.'),
  ECONNREFUSED: unreachable('net.refused', 'refuses the connection: nothing listens at that port.'),
  EHOSTUNREACH: unreachable(null, 'cannot be reached: there is no route to it.'),
  ENETUNREACH: unreachable(null, 'cannot be reached: there is no network.'),
  EACCES: unreachable(null, 'cannot be reached: this machine does not allow the connection.'),
  ECONNRESET: unreachable('platform.error', 'closed the connection before it answered.', false),
  EPIPE: unreachable('platform.error', 'closed the connection before it answered.', false),
  UND_ERR_SOCKET: unreachable('platform.error', 'closed the connection before it answered.', false),
  UND_ERR_CLOSED: unreachable(null, 'cannot be called: Keymolt is closing.'),
  UND_ERR_DESTROYED: unreachable(null, 'cannot be called: Keymolt is closing.', false),
  ETIMEDOUT: slow('did not take the connection in time.', true),
  UND_ERR_CONNECT_TIMEOUT: slow('did not take the connection in time.', true),
  UND_ERR_HEADERS_TIMEOUT: slow('took the request and did not answer in time.', false),
  UND_ERR_BODY_TIMEOUT: slow('began to answer and stopped.', false),
  UND_ERR_HEADERS_OVERFLOW: odd('sent headers larger than 16 KiB.'),
  UND_ERR_RES_EXCEEDED_MAX_SIZE: odd('sent an answer larger than 1 MiB.'),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: odd('sent an answer of another length than it said.'),
  CERT_HAS_EXPIRED: untrusted('has a certificate that is no longer valid.'),
  CERT_NOT_YET_VALID: untrusted(
    'has a certificate that is not valid yet. Is the clock of this machine right?',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted('has a certificate for another name.'),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('has a certificate that it signed itself.'),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('has a certificate of an authority that this machine does not trust.'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted(
    'has a certificate of an authority that this machine does not trust.',
  ),
  UNABLE_TO_GET_ISSUER_CERT: untrusted('has a certificate of an authority that this machine does not trust.'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted(
    'has a certificate of an authority that this machine does not trust.',
  ),
  EPROTO: untrusted('does not speak TLS at that port.'),
};

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

function readingOf(error: unknown): Reading {
  const code = codeOf(error);
  const known = READINGS[code];
  if (known) return known;
  if (/^(?:ERR_SSL|ERR_TLS|CERT_)/.test(code))
    return untrusted('could not agree with us on a secure connection.');
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return odd('sent something that is not HTTP.');
  return unreachable(null, 'could not be called.', false);
}

/** Ends a call whose time is up; told from a person's own cancelling by this class. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';
}

/**
 * Says in our words what went wrong below HTTP. `details.may_have_happened` is true where the request may have
 * reached the platform: then a call with an effect must not simply be made again.
 */
export function networkError(error: unknown, origin: string, signal: AbortSignal): AppError {
  if (error instanceof AppError) return error;
  const details = (reason: Cause | null, mayHaveHappened: boolean): ErrorDetails => ({
    ...(reason === null ? {} : { reason }),
    may_have_happened: mayHaveHappened,
  });
  if (signal.aborted) {
    if (!(signal.reason instanceof CallTimedOut)) {
      return new AppError('CANCELLED', `The call to ${origin} was cancelled.`, '', {
        details: details(null, true),
      });
    }
    return new AppError('TIMEOUT', `${origin} did not answer in the time given.`, slow('', false).hint, {
      details: details('net.timeout', true),
      cause: error,
    });
  }
  const reading = readingOf(error);
  return new AppError(reading.code, `${origin} ${reading.says}`, reading.hint, {
    details: details(reading.reason, !reading.neverSent),
    cause: error,
  });
}
