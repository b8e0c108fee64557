import { isLoopbackHost } from '../../addresses/loopback.ts';
import { type Candidate, command } from '../candidate.ts';
import type { DiagnosisFacts, NetworkFact } from '../facts.ts';
import { addressFix } from './address-fix.ts';
import { capital, isClockWrong, skewText } from './clock-rules.ts';

/** Name, connection, proxy and certificate: what keeps a call from arriving. */
export function reachCandidates(network: NetworkFact, subject: DiagnosisFacts['subject']): Candidate[] {
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
