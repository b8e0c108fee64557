import { parseCidr } from '../addresses/cidr.ts';
import type { Cause } from '../cause.ts';
import { type Candidate, RUNGS, type Rung } from './candidate.ts';
import type { AnswerFact, DiagnosisFacts, NetworkFact } from './facts.ts';
import { isClockWrong, skewText } from './rules/clock-rules.ts';
import { winnerOf } from './rules/source-places.ts';

export interface Check {
  readonly id: Rung;
  readonly status: 'pass' | 'warn' | 'fail' | 'skip';
  /** What was seen, in words. */
  readonly evidence: string;
  readonly code: Cause | null;
  /** The command that mends it. */
  readonly fix: string | null;
}

/** Every rung with what was seen there; what was found speaks for its rung, the rest says why it holds or was left out. */
export function ladderOf(facts: DiagnosisFacts, candidates: readonly Candidate[]): readonly Check[] {
  const [cause] = candidates;
  return RUNGS.map((id) => {
    const [first] = candidates.filter(({ rung }) => rung === id);
    const isDead = id === 'hygiene.key' && cause !== undefined && DEAD.includes(cause.code);
    const seen = isDead ? { skipped: 'of no matter: the key is dead' } : SEEN[id](facts);
    if (first !== undefined) {
      return {
        id,
        status: first.severity,
        evidence: first.message,
        code: first.code,
        fix: first.fix.command,
      };
    }
    return seen === null
      ? { id, status: 'skip', evidence: SKIPPED, code: null, fix: null }
      : typeof seen === 'string'
        ? { id, status: 'pass', evidence: seen, code: null, fix: null }
        : { id, status: 'skip', evidence: seen.skipped, code: null, fix: null };
  });
}

const SKIPPED = 'not looked at';
type Seen = string | { readonly skipped: string } | null;

const ms = (time: number | null): string => (time === null ? '' : ` in ${Math.round(time)} ms`);
const offline = { skipped: 'left out: --offline' };
const afterFailure = (what: string) => ({ skipped: `not reached: ${what}` });

/** What the answer was, or why there is none. */
const refusedWith = ({ status, outcome }: AnswerFact): { readonly skipped: string } => ({
  skipped:
    status !== null
      ? `refused with ${status}`
      : outcome === 'BAD_VALUE'
        ? 'not asked: a value with such characters cannot be sent'
        : 'not reached: no answer',
});

/** The server's certificate first, then who vouches for whom, each with its dates. */
const chainText = (chain: NonNullable<NetworkFact['tls']>['chain']): string =>
  [
    ...chain.map(
      ({ subject, validFrom, validTo }) =>
        `${subject} (valid ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)})`,
    ),
    chain.at(-1)?.issuer ?? '',
  ]
    .filter((text, at, all) => text !== '' && !(at === all.length - 1 && all.at(-2)?.startsWith(`${text} (`)))
    .join(', issued by ');

const isReached = ({ dns, tcp, tls }: NetworkFact): boolean =>
  dns.problem === null && (tcp?.problem ?? null) === null && (tls?.problem ?? null) === null;

const answered = (facts: DiagnosisFacts, words: (facts: DiagnosisFacts) => Seen): Seen => {
  if (facts.answer === null) {
    if (facts.network === null) return offline;
    return isReached(facts.network)
      ? { skipped: 'the platform documents no call that tells' }
      : afterFailure('no connection');
  }
  return facts.answer.outcome === 'ok' ? words(facts) : refusedWith(facts.answer);
};

const SEEN: Readonly<Record<Rung, (facts: DiagnosisFacts) => Seen>> = {
  'key.text': ({ text }) =>
    text === null ? { skipped: 'there is no value' } : 'length, alphabet and beginning are as they should be',
  'env.source': ({ sources, subject }) => {
    if (sources === null)
      return `${subject.key === null ? 'no key of the vault' : `from the vault (${subject.key})`}; --var looks for the variable`;
    const winner = winnerOf(sources);
    return winner === undefined
      ? null
      : `${sources.variable} comes from ${winner.where}${winner.fingerprint === null ? '' : ` (${winner.fingerprint})`}`;
  },
  'net.dns': ({ network }) => {
    if (network === null) return offline;
    const { host, dns } = network;
    // An address needs no name server.
    return parseCidr(host.replace(/^\[|\]$/g, '')).ok
      ? { skipped: `${host} is an address already` }
      : `${host}: ${dns.addresses.slice(0, 4).join(', ')}${ms(dns.ms)}`;
  },
  'net.tcp': ({ network }) => {
    if (network === null) return offline;
    return network.tcp === null
      ? afterFailure('the name does not resolve')
      : `port ${network.port} takes connections${ms(network.tcp.ms)}`;
  },
  'net.proxy': ({ network }) => {
    if (network === null) return offline;
    return network.proxy === null
      ? 'no proxy is set for this host'
      : `${network.proxy.variable}=${network.proxy.address}: ${network.proxy.detail}`;
  },
  'net.tls': ({ network }) => {
    if (network === null) return offline;
    if (network.tls === null)
      return network.tcp?.problem === null
        ? { skipped: 'plain http to this machine' }
        : afterFailure('no connection');
    return network.tls.chain.length === 0 ? 'trusted' : chainText(network.tls.chain);
  },
  'net.clock': ({ network }) => {
    if (network === null) return offline;
    if (network.skewMs === null) return { skipped: 'the platform sent no Date' };
    return isClockWrong(network.skewMs)
      ? skewText(network.skewMs)
      : `within ${Math.ceil(Math.abs(network.skewMs) / 1000)} s of the platform’s`;
  },
  'net.http': (facts) => {
    const { answer, network } = facts;
    if (answer === null) return answered(facts, () => null);
    return answer.status === null && answer.outcome !== 'ok' && network !== null
      ? refusedWith(answer)
      : `${facts.subject.baseUrl ?? ''} answers${ms(answer.ms)}`;
  },
  'auth.who_am_i': (facts) => answered(facts, ({ subject }) => `the key is taken, sent in ${subject.header}`),
  'account.status': (facts) =>
    answered(facts, ({ account }) =>
      account === null ? { skipped: 'the platform tells no status' } : `the account is ${account.status}`,
    ),
  'key.status': (facts) => {
    const listed = facts.others?.listed ?? null;
    if (facts.answer !== null && facts.answer.outcome !== 'ok' && listed !== null)
      return {
        skipped: listed === 'absent' ? 'not on the platform’s list' : `${listed}, by the platform’s list`,
      };
    return answered(facts, ({ subject }) => `the key is ${subject.status}`);
  },
  'scope.call': (facts) =>
    facts.call === null
      ? { skipped: 'not asked: `--method POST --path /PATH` makes one call that fails' }
      : `${facts.call.method} ${facts.call.path} is allowed (${facts.call.status ?? facts.call.outcome})`,
  'ip.allow_list': ({ addresses, answer }) => {
    const { allowed, own } = addresses;
    if (own === null)
      return answer?.outcome === 'ok'
        ? 'the platform takes calls from here'
        : { skipped: 'own address not known: --egress-address, or an address echo (`keymolt platform set`)' };
    return `calls come from ${own}${allowed.length === 0 ? '' : `; allowed: ${allowed.slice(0, 3).join(', ')}`}`;
  },
  'rate.limits': ({ limits, answer, network }) => {
    if (network !== null && (answer === null || (answer.status === null && answer.outcome !== 'ok')))
      return { skipped: 'not told: the platform was not asked' };
    const known = limits.filter(({ remaining }) => remaining !== null);
    return known.length === 0
      ? { skipped: 'no answer told' }
      : known
          .map(({ id, limit, remaining }) => `${remaining ?? '?'} of ${limit ?? '?'} left (${id})`)
          .join(', ');
  },
  'hygiene.key': ({ hygiene, subject }) =>
    subject.key === null ? null : `to be rotated in ${hygiene.daysLeft} days`,
};

/** What a dead key is due for is nobody's question. */
const DEAD: readonly Cause[] = ['auth.revoked', 'key.disabled', 'auth.unknown_key'];
