import { type Candidate, command } from '../candidate.ts';
import type { AnswerFact, NetworkFact } from '../facts.ts';

/** More than a minute's worth of a bad guess, less than what tokens and certificates forgive. */
const SKEW_LIMIT_MS = 120_000;

export const isClockWrong = (skewMs: number | null): boolean =>
  skewMs !== null && Math.abs(skewMs) > SKEW_LIMIT_MS;

export function skewText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `this machine’s clock is ${amount} ${skewMs > 0 ? 'behind' : 'ahead of'} the platform’s`;
}

/** A clock that is wrong by itself; where it makes a certificate look out of date, the certificate’s rule says so. */
export function clockCandidates({ skewMs, tls }: NetworkFact, answer: AnswerFact | null): Candidate[] {
  if (!isClockWrong(skewMs) || /EXPIRED|NOT_YET_VALID/.test(tls?.problem ?? '')) return [];
  return [
    {
      code: 'net.clock_skew',
      rung: 'net.clock',
      // An API key is as good at any hour; a token's end is judged by the clock.
      severity: answer?.reason === 'auth.session_expired' ? 'fail' : 'warn',
      confidence: 'certain',
      message: `${capital(skewText(skewMs ?? 0))}: tokens and certificates are judged by it.`,
      fix: command('sudo timedatectl set-ntp true'),
      tellApart: '',
    },
  ];
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
