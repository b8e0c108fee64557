import { type Candidate, command } from '../candidate.ts';
import type { AnswerFact, DiagnosisFacts } from '../facts.ts';
import { addressFix, originOf, setBaseUrl } from './address-fix.ts';
import { clockCandidates } from './clock-rules.ts';
import { reachCandidates } from './reach-rules.ts';
import { isTestKeyOnLive } from './text-rules.ts';

/** DNS, connection, proxy, certificate, clock, redirects, and whether it is the platform at all that answers. */
export function networkCandidates(facts: DiagnosisFacts): Candidate[] {
  const { network, answer, subject } = facts;
  const reached = network === null ? [] : reachCandidates(network, subject);
  const clock = network === null ? [] : clockCandidates(network, answer);
  // What never got through says nothing more than the probe that says why.
  return [
    ...reached,
    ...clock,
    ...(answer === null ? [] : answerCandidates(facts, answer, reached.length > 0)),
  ];
}

function answerCandidates(facts: DiagnosisFacts, answer: AnswerFact, isExplained: boolean): Candidate[] {
  const { subject, worksAt } = facts;
  const { baseUrl, documentedBaseUrl, platform } = subject;
  const base = { rung: 'net.http', severity: 'fail', confidence: 'certain', tellApart: '' } as const;
  // SECURITY: a test key is taken where test keys are; that is no reason to send the live ones there.
  if (worksAt !== null && isTestKeyOnLive(subject)) return [];
  if (worksAt !== null) {
    return [
      {
        ...base,
        code: 'net.wrong_base_path',
        message: `The base URL ${baseUrl ?? ''} is not the API’s: the key is taken at ${worksAt}.`,
        fix: setBaseUrl(subject, worksAt),
      },
    ];
  }
  const isMoved =
    documentedBaseUrl !== null &&
    originOf(documentedBaseUrl) === originOf(baseUrl) &&
    documentedBaseUrl !== baseUrl;
  switch (answer.outcome) {
    case 'REDIRECT_REFUSED':
      return [redirectCandidate(subject, answer)];
    case 'NOT_FOUND':
      return [
        {
          ...base,
          code: 'net.wrong_base_path',
          confidence: isMoved || subject.documentedBaseUrl === null ? 'certain' : 'likely',
          message: `There is no API at ${baseUrl ?? ''}: the base path is wrong (404).`,
          fix:
            documentedBaseUrl !== null && documentedBaseUrl !== baseUrl
              ? setBaseUrl(subject, documentedBaseUrl)
              : command(`keymolt platform check ${platform}`),
        },
      ];
    case 'PLATFORM_ANSWER':
      if (!answer.isWebPage) return [strangeCandidate(subject, answer)];
      return [
        {
          ...base,
          code: isMoved ? 'net.wrong_base_path' : 'net.proxy',
          confidence: 'likely',
          message: isMoved
            ? `${baseUrl ?? ''} answers with a web page: the base path is wrong.`
            : `A web page answers in the platform’s place: a network that wants you to sign in first, or a proxy.`,
          fix: isMoved
            ? setBaseUrl(subject, documentedBaseUrl)
            : command(`curl -s ${originOf(baseUrl) ?? ''}/ | head -n 20`),
          tellApart: 'Open any web page in a browser: a sign-in page of the network would show itself.',
        },
      ];
    case 'PLATFORM_ERROR':
      return [errorCandidate(subject, answer)];
    case 'NETWORK':
    case 'TIMEOUT':
    case 'TLS':
      return isExplained ? [] : [lostCandidate(facts, answer)];
    case 'SANDBOX_UNAVAILABLE':
      return [
        {
          ...base,
          rung: 'net.tcp',
          code: 'net.refused',
          message: 'The sandbox platform is not running.',
          fix: command('keymolt sandbox start'),
        },
      ];
    default:
      return [];
  }
}

/** A host that only puts www in front, or takes it away, is the same one; anybody else needs a person's eye. */
function redirectCandidate(subject: DiagnosisFacts['subject'], { target }: AnswerFact): Candidate {
  const { baseUrl, platform } = subject;
  const from = originOf(baseUrl) ?? '';
  const to = originOf(target);
  const bare = (origin: string): string => origin.replace(/^https?:\/\/(?:www\.)?/, '');
  const isSame = to !== null && bare(to) === bare(from);
  return {
    code: 'net.redirect',
    rung: 'net.http',
    severity: 'fail',
    confidence: 'certain',
    message: `${from} sends calls on to ${target ?? 'another address'}; clients drop the key on the way, so the call arrives without it.`,
    fix: isSame
      ? setBaseUrl(subject, to + (baseUrl ?? '').slice(from.length))
      : command(`keymolt platform show ${platform}`),
    tellApart: isSame ? '' : 'A network’s sign-in page redirects too: open any web page in a browser.',
  };
}

const errorCandidate = (
  { platformName, key }: DiagnosisFacts['subject'],
  { status, said }: AnswerFact,
): Candidate => ({
  code: 'platform.error',
  rung: 'net.http',
  severity: 'fail',
  confidence: 'certain',
  message: `${platformName} fails on its side${status === null ? '' : ` (${status})`}${said === null ? '' : `: “${said}”`}; nothing is wrong with the key.`,
  fix: command(`keymolt doctor${key === null ? '' : ` ${key}`} --report doctor.md`),
  tellApart: '',
});

const strangeCandidate = (
  { platformName, platform }: DiagnosisFacts['subject'],
  { message }: AnswerFact,
): Candidate => ({
  code: 'platform.error',
  rung: 'net.http',
  severity: 'fail',
  confidence: 'likely',
  message: message === '' ? `${platformName} answered with something that it does not document.` : message,
  fix: command(`keymolt platform check ${platform}`),
  tellApart:
    'Where another program gets a sound answer from the same address, something on the way changes it.',
});

/** The probe got through and the call did not, or nobody probed. */
function lostCandidate({ subject, network }: DiagnosisFacts, answer: AnswerFact): Candidate {
  const host = network?.host ?? originOf(subject.baseUrl) ?? 'the platform';
  const code =
    answer.reason ??
    (answer.outcome === 'TIMEOUT' ? 'net.timeout' : answer.outcome === 'TLS' ? 'net.tls' : 'platform.error');
  const rung =
    code === 'net.dns'
      ? 'net.dns'
      : code === 'net.tls'
        ? 'net.tls'
        : code === 'platform.error'
          ? 'net.http'
          : 'net.tcp';
  return {
    code,
    rung,
    severity: 'fail',
    confidence: 'likely',
    message: answer.message === '' ? `The call to ${host} got no answer.` : answer.message,
    fix: addressFix(subject, `keymolt platform show ${subject.platform}`),
    tellApart: 'Ask again: what comes and goes is the network or the platform, what stays is set wrongly.',
  };
}
