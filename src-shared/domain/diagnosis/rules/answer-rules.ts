import { checkBaseUrl } from '../../addresses/base-url.ts';
import { formatCidr, isInCidrs, parseCidr } from '../../addresses/cidr.ts';
import type { Cause } from '../../cause.ts';
import { type Candidate, type Confidence, command, shellWord } from '../candidate.ts';
import type { AnswerFact, DiagnosisFacts } from '../facts.ts';
import { keyOf, ON_THE_PAGE, report, said, scopeFix, type Subject } from './refusal-words.ts';
import { winnerOf } from './source-places.ts';
import { isTestKeyOnLive } from './text-rules.ts';

/** What the platform's answer says: authentication, account, key, scope, address, limits. */
export function answerCandidates(facts: DiagnosisFacts): Candidate[] {
  const { answer, account, subject, call } = facts;
  if (answer === null) return [];
  const stops = account?.stops ?? null;
  return [
    ...refusalCandidates(facts, answer),
    // A provisional account may do a good deal: only worth a word where nothing else was refused for it.
    ...(stops === null || answer.outcome !== 'ok'
      ? []
      : said(subject, stops, 'certain', {
          severity: stops === 'account.provisional' ? 'warn' : 'fail',
          ...(stops === 'account.provisional'
            ? {
                message:
                  'The account is provisional: the marketplace and premium features are closed to it for now.',
              }
            : {}),
        })),
    ...(call === null || answer.outcome !== 'ok' ? [] : callCandidates(facts, call)),
  ];
}

function refusalCandidates(facts: DiagnosisFacts, answer: AnswerFact): Candidate[] {
  switch (answer.outcome) {
    case 'KEY_REJECTED':
      return rejectedCandidates(facts, answer);
    case 'FORBIDDEN':
      return forbiddenCandidates(facts, answer);
    case 'RATE_LIMITED':
      return [rateExceeded(facts, answer)];
    default:
      return [];
  }
}

function rejectedCandidates(facts: DiagnosisFacts, { reason }: AnswerFact): Candidate[] {
  const { subject, others, worksAt, text } = facts;
  // Who found the place where the key works needs no guess at what the other place meant.
  if (worksAt !== null || isTestKeyOnLive(subject)) return [];
  if (others !== null && others.asked > 0 && others.rejected === others.asked && subject.hasWorked) {
    return [resetCandidate(subject, others.asked + 1)];
  }
  const listed = others?.listed ?? null;
  if (listed === 'revoked') return said(subject, 'auth.revoked', 'certain');
  if (listed === 'disabled') return said(subject, 'key.disabled', 'certain');
  if (listed === 'absent') return said(subject, 'auth.unknown_key', 'certain');
  if (listed !== null) {
    return said(subject, 'auth.unknown_key', 'likely', {
      message: `The platform lists ${subject.keyId ?? 'the key'} as ${listed} and refuses this value: it is not that key’s.`,
    });
  }
  if (subject.status === 'revoked') return said(subject, 'auth.revoked', 'certain');
  if (subject.status === 'disabled') return said(subject, 'key.disabled', 'likely');
  if (reason !== null && reason !== 'auth.unknown_key') return said(subject, reason, 'certain');
  // A text that no key of the platform has explains the refusal by itself.
  if ((text?.findings.length ?? 0) > 0 || text?.startsWithScheme === true) return [];
  // The shell's value was sent, and it is not the vault's: that is the fault, whatever the platform thinks of it.
  const winner = facts.sources === null ? undefined : winnerOf(facts.sources);
  if (subject.key !== null && winner?.state === 'set' && winner.match !== 'current') return [];
  const tellApart =
    subject.strategy === 'cutover'
      ? 'Was the key regenerated on the platform’s page since it was stored? Then it was revoked by that.'
      : `The platform’s list tells: \`keymolt sync --platform ${subject.platform}\` with another active key of the account.`;
  const [first, second]: readonly Cause[] = subject.hasWorked
    ? ['auth.revoked', 'auth.unknown_key']
    : ['auth.unknown_key', 'auth.revoked'];
  if (first === undefined || second === undefined) return [];
  // The documented words for an unknown key are certain of that much; a revoked key is as unknown to a platform that keeps hashes.
  const isSaid = reason === 'auth.unknown_key' && !subject.hasWorked;
  return [
    ...said(subject, first, isSaid ? 'certain' : 'likely', { tellApart }),
    ...said(subject, second, 'possible', { tellApart }),
  ];
}

const resetCandidate = ({ platformName, platform }: Subject, keys: number): Candidate => ({
  code: 'platform.reset',
  rung: 'auth.who_am_i',
  severity: 'fail',
  confidence: 'likely',
  message: `${platformName} refuses all ${keys} keys that it took before: it has reset them, which is no fault of yours.`,
  fix: command(`keymolt sync --platform ${platform}`),
  tellApart: 'A wrong base URL would look like this too: `keymolt platform show` tells the documented one.',
});

/** The scope that the platform's words name: of the form `messages:write`, which no other word of a sentence has. */
const scopeIn = (words: string | null): string | null =>
  /\b(?:scopes?|permissions?)\b.*?([a-z][a-z0-9_-]*(?:[.:/][a-z0-9_*-]+)+)/i.exec(words ?? '')?.[1] ?? null;

/** @param call that was refused, as options */
function forbiddenCandidates(
  facts: DiagnosisFacts,
  { reason, said: words }: AnswerFact,
  call = '',
): Candidate[] {
  const { subject } = facts;
  if (reason === 'scope.insufficient') {
    const needed = scopeIn(words);
    return said(subject, reason, 'certain', {
      message: `The key’s scope does not cover this call${notedScopes(subject)}${words === null ? '' : `: “${words}”`}.`,
      fix: scopeFix({ ...subject, hasScopes: true }, needed, call),
    });
  }
  if (reason === 'ip.not_allowed') return [addressCandidate(facts, 'certain')];
  if (reason !== null) return said(subject, reason, 'certain');
  const byAddress = isOutside(facts) ? [addressCandidate(facts, 'likely')] : [];
  const tellApart = `The platform says ${words === null ? 'no more than 403' : `“${words}”`}: its console shows the key’s scope and the account’s status.`;
  return [
    ...byAddress,
    ...said(subject, 'scope.insufficient', byAddress.length > 0 ? 'possible' : 'likely', {
      tellApart,
      ...(subject.hasScopes
        ? {}
        : {
            message: `${subject.platformName} refuses the key (403) and does not say why; its keys have no scopes, so it is the account, or a rule of the platform.`,
          }),
    }),
    ...said(subject, 'account.inactive', 'possible', { tellApart }),
  ];
}

const notedScopes = ({ scopes }: Subject): string =>
  scopes.length === 0 ? '' : ` (noted for it: ${scopes.slice(0, 5).join(', ')})`;

/** Whether our own address is outside of what the key's allow list says; false where either is unknown. */
function isOutside({ addresses }: DiagnosisFacts): boolean {
  if (addresses.own === null || addresses.allowed.length === 0) return false;
  const networks = addresses.allowed.flatMap((text) => {
    const parsed = parseCidr(text);
    return parsed.ok ? [parsed.cidr] : [];
  });
  return isInCidrs(addresses.own, networks) === false;
}

function addressCandidate(facts: DiagnosisFacts, confidence: Confidence): Candidate {
  const { subject, addresses } = facts;
  const { own, allowed } = addresses;
  const parsed = own === null ? undefined : parseCidr(own);
  const range = parsed?.ok === true ? formatCidr(parsed.cidr) : 'ADDRESS';
  const list = allowed.slice(0, 3).join(', ');
  return {
    code: 'ip.not_allowed',
    rung: 'ip.allow_list',
    severity: 'fail',
    confidence,
    message: `${own === null ? 'This machine’s address' : `This machine calls from ${own}, which`} is not on the key’s allow list${list === '' ? '' : ` (${list}${allowed.length > 3 ? ', …' : ''})`}: add ${own === null ? 'it' : range} on the platform’s page.`,
    fix: command(
      `keymolt key edit ${keyOf(subject)} ${[...allowed, range]
        .slice(0, 20)
        .map((cidr) => `--cidr ${cidr}`)
        .join(' ')}`,
      { does: ON_THE_PAGE },
    ),
    tellApart:
      own === null
        ? 'Say which address that is (`--egress-address ADDR`), or set an address echo: `keymolt platform set ID --egress-echo-url URL`.'
        : '',
  };
}

const rateExceeded = (
  { subject, limits }: Pick<DiagnosisFacts, 'subject' | 'limits'>,
  { said: words }: AnswerFact,
): Candidate => {
  const waits = limits.flatMap(({ remaining, resets_in_s: inS }) =>
    remaining === 0 && inS !== null ? [inS] : [],
  );
  return {
    code: 'rate.exceeded',
    rung: 'rate.limits',
    severity: 'fail',
    confidence: 'certain',
    message: [
      waits.length === 0
        ? 'The key’s rate limit is used up (429)'
        : `The key’s rate limit is used up (429), and lets calls through again in ${Math.max(...waits)} s`,
      ...(words === null ? [] : [`“${words}”`]),
    ]
      .join(': ')
      .replace(/([^.”])$/, '$1.'),
    fix: command(`keymolt limits ${keyOf(subject)} --watch`),
    tellApart: '',
  };
};

/** The base URL's own path is in front of every call: who gives it twice gets a 404. */
function pathFix(
  { key, baseUrl }: Subject,
  { method, path }: NonNullable<DiagnosisFacts['call']>,
): Candidate['fix'] {
  const base = checkBaseUrl(baseUrl ?? '');
  const front = base.ok ? base.url.slice(base.origin.length) : '';
  const isTwice = front !== '' && path.startsWith(`${front}/`);
  return command(
    `keymolt doctor${key === null ? '' : ` ${key}`} --method ${method} --path ${isTwice ? shellWord(path.slice(front.length)) : 'PATH'}`,
    {
      does: isTwice
        ? `asks without ${front}, which ${baseUrl ?? 'the base URL'} has already`
        : `asks for another PATH: what the program calls, without ${baseUrl ?? 'the base URL'} in front`,
    },
  );
}

/** The call that the person asked about: GET works and POST is refused, and so on. */
function callCandidates(facts: DiagnosisFacts, call: NonNullable<DiagnosisFacts['call']>): Candidate[] {
  const { subject } = facts;
  const what = `${call.method} ${call.path}`;
  const options = ` --method ${call.method} --path ${shellWord(call.path)}`;
  switch (call.outcome) {
    case 'KEY_REJECTED':
      return said(subject, 'scope.insufficient', 'likely', {
        message: `The key is taken for reading and refused (401) for ${what}: it may not do that.`,
        fix: scopeFix(subject, null, options),
        tellApart:
          'A redirect or a gateway that drops the header of such calls looks the same: try the call from another network.',
      });
    case 'FORBIDDEN':
      return call.reason === null
        ? said(subject, 'scope.insufficient', 'likely', {
            message: subject.hasScopes
              ? `The key may not ${what} (403)${notedScopes(subject)}.`
              : `The key may not ${what} (403); keys of ${subject.platformName} have no scopes, so another one of the account may not either.`,
            fix: scopeFix(subject, null, options),
          })
        : forbiddenCandidates(facts, call, options).map((candidate) => ({
            ...candidate,
            message: `${candidate.message.slice(0, -1)} (${what}).`,
          }));
    case 'NOT_FOUND':
      return [
        {
          code: 'net.wrong_base_path',
          rung: 'scope.call',
          severity: 'fail',
          confidence: 'likely',
          message: `${subject.platformName} has nothing at ${what} (404): the path is wrong, or belongs to another base URL.`,
          fix: pathFix(subject, call),
          tellApart: '',
        },
      ];
    case 'RATE_LIMITED':
      return [
        {
          ...rateExceeded(facts, call),
          message: `${what} is limited (429)${call.said === null ? '.' : `: “${call.said}”`}`,
        },
      ];
    case 'PLATFORM_ERROR':
      return [
        {
          code: 'platform.error',
          rung: 'net.http',
          severity: 'fail',
          confidence: 'certain',
          message: `${subject.platformName} fails at ${what} (${call.status ?? '5xx'}).`,
          fix: report(subject, options),
          tellApart: '',
        },
      ];
    default:
      return [];
  }
}
