import { checkBaseUrl } from '../addresses/base-url.ts';
import { isLoopbackHost } from '../addresses/loopback.ts';
import { type Candidate, command, type Fix } from './candidate.ts';
import type { AnswerFact, DiagnosisFacts, NetworkFact } from './facts.ts';
import { isTestKeyOnLive } from './text-rules.ts';

/** More than a minute's worth of a bad guess, less than what tokens and certificates forgive. */
const SKEW_LIMIT_MS = 120_000;

const originOf = (url: string | null): string | null => {
  const checked = checkBaseUrl(url ?? '');
  return checked.ok ? checked.origin : null;
};

/** For the environment alone where it has an address of its own: that one wins. */
const setBaseUrl = ({ platform, env, isBaseUrlOfEnv }: DiagnosisFacts['subject'], url: string): Fix => ({
  command: `keymolt platform set ${platform}${isBaseUrlOfEnv ? ` -e ${env}` : ''} --base-url ${url}`,
  repair: { kind: 'set_base_url', platform, url, ...(isBaseUrlOfEnv ? { env } : {}) },
});

export const isClockWrong = (skewMs: number | null): boolean =>
  skewMs !== null && Math.abs(skewMs) > SKEW_LIMIT_MS;

export function skewText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `this machine’s clock is ${amount} ${skewMs > 0 ? 'behind' : 'ahead of'} the platform’s`;
}

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

/** Back to the platform's documented address, where another one is set; else a look at the network itself. */
function addressFix(subject: DiagnosisFacts['subject'], other: string): Fix {
  const { baseUrl, documentedBaseUrl, platform } = subject;
  return documentedBaseUrl !== null && originOf(baseUrl) !== originOf(documentedBaseUrl)
    ? setBaseUrl(subject, documentedBaseUrl)
    : command(platform.startsWith('sandbox-') ? 'keymolt sandbox start' : other);
}

function reachCandidates(network: NetworkFact, subject: DiagnosisFacts['subject']): Candidate[] {
  const { host, port, dns, tcp, tls, proxy } = network;
  const base = { severity: 'fail', confidence: 'certain', tellApart: '' } as const;
  const candidates: Candidate[] = [];
  if (dns.problem !== null) {
    candidates.push({
      ...base,
      code: 'net.dns',
      rung: 'net.dns',
      message:
        dns.problem === 'no_name'
          ? `The name ${host} does not resolve.`
          : `No name server answers: this machine seems to be offline, and ${host} cannot be looked up.`,
      fix: addressFix(subject, `getent ahosts ${host}`),
    });
  } else if (dns.addresses.length > 0 && !isLoopbackHost(host) && dns.addresses.every(isNowhere)) {
    candidates.push({
      ...base,
      code: 'net.dns',
      rung: 'net.dns',
      message: `${host} resolves to ${dns.addresses[0] ?? ''}, this machine itself: a hosts file or a blocking name server says so.`,
      fix: addressFix(subject, `grep -n ${host} /etc/hosts`),
    });
  }
  if (tcp?.problem === 'refused') {
    candidates.push({
      ...base,
      code: 'net.refused',
      rung: 'net.tcp',
      message: `${host} refuses connections at port ${port}: nothing listens there, or a firewall says no.`,
      fix: addressFix(subject, `keymolt platform show ${subject.platform}`),
    });
  } else if (tcp !== null && tcp.problem !== null) {
    candidates.push({
      ...base,
      code: 'net.timeout',
      rung: 'net.tcp',
      message:
        tcp.problem === 'unreachable'
          ? `There is no way to ${host} from here: this machine has no route to it.`
          : `${host} does not take the connection at port ${port}: a wrong port, or a firewall that swallows outbound HTTPS.`,
      fix: addressFix(
        subject,
        `curl -sv --max-time 5 -o /dev/null https://${host}${port === 443 ? '' : `:${port}`}/`,
      ),
    });
  }
  if (proxy !== null && proxy.problem !== null) candidates.push(proxyCandidate(network, subject));
  if (tls !== null && tls.problem !== null) candidates.push(tlsCandidate(network, subject));
  return candidates;
}

// 0.0.0.0 and :: are what blocking name servers answer.
const isNowhere = (address: string): boolean =>
  isLoopbackHost(address) || address === '0.0.0.0' || address === '::';

const CA_FILE = 'trusts its authority too: FILE is the certificate that your administrator gives you';

function proxyCandidate({ proxy, host, tls }: NetworkFact, subject: DiagnosisFacts['subject']): Candidate {
  // Programs differ in whether they send plain http to the machine itself through a proxy.
  const isHere = tls === null && isLoopbackHost(host);
  const address = proxy?.address ?? '';
  const variable = proxy?.variable ?? '';
  const exemptBy = proxy?.exemptBy ?? 'NO_PROXY';
  const setIn = proxy?.setIn ?? null;
  const says = {
    unreachable: `does not answer`,
    wants_credentials: 'wants a user name and password',
    refuses: `refuses to connect to ${host}`,
    resigns: `re-signs the traffic (${proxy?.detail ?? ''})`,
  }[proxy?.problem ?? 'unreachable'];
  return {
    code: 'net.proxy',
    rung: 'net.proxy',
    severity: proxy?.problem === 'resigns' || isHere ? 'warn' : 'fail',
    confidence: isHere ? 'likely' : 'certain',
    message: `${variable}${setIn === null ? '' : `, which ${setIn} sets,`} sends programs of this shell through ${address}, which ${says}.`,
    fix:
      proxy?.problem === 'resigns'
        ? command(`keymolt platform set ${subject.platform} --ca-file FILE`, { does: CA_FILE })
        : command(`export ${exemptBy}="\${${exemptBy}:+$${exemptBy},}${host}"`, {
            does: `lets programs of this shell go to ${host} without it; ${setIn === null ? 'a profile with this line' : `this line in ${setIn.replace(/, line \d+$/, '')}`} keeps it so`,
          }),
    tellApart: isHere
      ? 'This stops curl and Python programs, which take it for this machine’s own addresses too; Node and Go go past it.'
      : '',
  };
}

function tlsCandidate(
  { tls, host, port, skewMs }: NetworkFact,
  subject: DiagnosisFacts['subject'],
): Candidate {
  const base = { severity: 'fail', confidence: 'certain', tellApart: '' } as const;
  const problem = tls?.problem ?? '';
  const own = tls?.chain[0];
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/.test(problem)) {
    return {
      ...base,
      code: 'net.plain_http',
      rung: 'net.tls',
      message: `${host} speaks plain http at port ${port}: a key would be readable on its way.`,
      fix: addressFix(subject, `keymolt platform show ${subject.platform}`),
    };
  }
  const dates =
    own === undefined
      ? ''
      : ` (${own.subject}, valid ${own.validFrom.slice(0, 10)} to ${own.validTo.slice(0, 10)})`;
  if (/EXPIRED|NOT_YET_VALID/.test(problem)) {
    if (isClockWrong(skewMs)) {
      return {
        ...base,
        code: 'net.clock_skew',
        rung: 'net.clock',
        message: `${capital(skewText(skewMs ?? 0))}, so the certificate of ${host}${dates} looks out of date.`,
        fix: command('sudo timedatectl set-ntp true'),
      };
    }
    const isOver = problem.includes('EXPIRED');
    return {
      ...base,
      code: 'net.tls',
      rung: 'net.tls',
      message: `The certificate of ${host}${dates} is ${isOver ? 'no longer' : 'not yet'} valid.`,
      fix: addressFix(subject, `openssl s_client -connect ${host}:${port} -servername ${host} </dev/null`),
      tellApart: 'A wrong clock of this machine would look like this: compare it with another one.',
    };
  }
  if (problem.includes('ALTNAME')) {
    return {
      ...base,
      code: 'net.tls',
      rung: 'net.tls',
      message: `The server at ${host} shows the certificate of another name${dates}.`,
      fix: addressFix(subject, `openssl s_client -connect ${host}:${port} -servername ${host} </dev/null`),
    };
  }
  const root = tls?.chain.at(-1);
  const isSelfSigned = problem.startsWith('DEPTH_ZERO');
  return {
    ...base,
    code: 'net.tls',
    rung: 'net.tls',
    message: isSelfSigned
      ? `The certificate of ${host}${dates} is signed by itself.`
      : `The certificate of ${host} is signed by “${root?.issuer ?? 'an unknown authority'}”, which this machine does not trust; a proxy that re-signs traffic looks so.`,
    fix: command(`keymolt platform set ${subject.platform} --ca-file FILE`, { does: CA_FILE }),
  };
}

function clockCandidates({ skewMs, tls }: NetworkFact, answer: AnswerFact | null): Candidate[] {
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

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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
