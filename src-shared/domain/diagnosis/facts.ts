import { z } from 'zod';
import { ENVIRONMENT_KINDS, KEY_MODES, KEY_STATUSES, limitWindowView } from '../../contract/views.ts';
import { CAUSES } from '../cause.ts';
import { SOURCE_KINDS, SOURCE_MATCHES, SOURCE_STATES, textFindingFact } from './rules/source-words.ts';

/**
 * What the checks found out about one key, before anybody says what it means. No field has room for a value:
 * sources are told by fingerprint, texts by what is odd in them and where.
 */

const text = z.string().max(500);
const cause = z.enum(CAUSES);

/** How an answer, or the lack of one, looked. */
export const answerFact = z.strictObject({
  /** `ok`, or the error code of the call. */
  outcome: z.string().max(64),
  status: z.number().int().nullable().default(null),
  /** What the platform's text or the network's error says it is. */
  reason: cause.nullable().default(null),
  /** The platform's own words, redacted. */
  said: text.nullable().default(null),
  /** Our words. */
  message: text.default(''),
  /** Where a redirect wanted to send the call: an origin. */
  target: text.nullable().default(null),
  isWebPage: z.boolean().default(false),
  ms: z.number().nullable().default(null),
});
export type AnswerFact = z.infer<typeof answerFact>;

export const sourceFact = z.strictObject({
  kind: z.enum(SOURCE_KINDS),
  /** `this shell`, a path, or a process. */
  where: z.string().min(1).max(4096),
  variable: z.string().max(200),
  line: z.number().int().min(1).nullable().default(null),
  state: z.enum(SOURCE_STATES),
  fingerprint: z.string().max(64).nullable().default(null),
  match: z.enum(SOURCE_MATCHES).nullable().default(null),
  /** `env/name` of the key that it matches, or that a reference names. */
  key: z.string().max(300).nullable().default(null),
  findings: z.array(textFindingFact).max(16).default([]),
  /** `env/name` of the key whose value it is once blanks, quotes and look-alikes are out of it. */
  cleanKey: z.string().max(300).nullable().default(null),
  /** In a file of lines that end in CR LF. */
  endsInCarriageReturn: z.boolean().default(false),
});
export type SourceFact = z.infer<typeof sourceFact>;

/** Where programs take the key from; gathered by the one who stands in the person's shell. */
export const sourcesFact = z.strictObject({
  variable: z.string().max(200),
  sources: z.array(sourceFact).max(200),
  /** A base URL that programs find beside the key. */
  base: z
    .strictObject({
      where: z.string().max(4096),
      variable: z.string().max(200).default('MOLTBOTDEN_API_BASE'),
      line: z.number().int().min(1).nullable().default(null),
      url: z.string().max(2048),
    })
    .nullable()
    .default(null),
  /** A session token beside the key: where both are sent, it decides. */
  session: z
    .strictObject({
      where: z.string().max(4096),
      variable: z.string().max(200),
      line: z.number().int().min(1).nullable().default(null),
      expiredAt: z.string().nullable(),
      /** Its issuer is not the one whose tokens the platforms take. */
      isForeign: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  /** A harness that takes variables such as *KEY* away from what it starts. */
  harness: z
    .strictObject({
      name: text,
      why: text,
      /** The asking shell is one that it started: what is set here was not taken away. */
      isInside: z.boolean().default(true),
    })
    .nullable()
    .default(null),
});
export type SourcesFact = z.infer<typeof sourcesFact>;

export const certificateFact = z.strictObject({
  subject: text,
  issuer: text,
  validFrom: z.string(),
  validTo: z.string(),
});

export const networkFact = z.strictObject({
  host: z.string().max(300),
  port: z.number().int(),
  dns: z.strictObject({
    /** null: it answered. `no_name`, `no_answer`. */
    problem: z.enum(['no_name', 'no_answer']).nullable(),
    addresses: z.array(z.string().max(64)).max(32),
    ms: z.number().nullable().default(null),
  }),
  tcp: z
    .strictObject({
      problem: z.enum(['refused', 'timeout', 'unreachable']).nullable(),
      ms: z.number().nullable().default(null),
    })
    .nullable(),
  /** null: plain HTTP to this machine, or nothing to talk to. */
  tls: z
    .strictObject({
      /** Node's name of the trouble; null where the certificate is trusted. */
      problem: z.string().max(80).nullable(),
      /** The server's own first. */
      chain: z.array(certificateFact).max(8),
      ms: z.number().nullable().default(null),
    })
    .nullable(),
  /** Proxy variables of the asking shell that hold for this host, and what the proxy does. */
  proxy: z
    .strictObject({
      variable: z.string().max(40),
      address: z.string().max(300),
      /** The profile that sets the variable, where one does. */
      setIn: z.string().max(4096).nullable().default(null),
      /** The variable that leaves hosts out, as it is written there. */
      exemptBy: z.string().max(40).default('NO_PROXY'),
      /** null: it lets through. */
      problem: z.enum(['unreachable', 'wants_credentials', 'refuses', 'resigns']).nullable(),
      detail: text,
    })
    .nullable(),
  /** How far the platform's clock is ahead of ours. */
  skewMs: z.number().nullable(),
});
export type NetworkFact = z.infer<typeof networkFact>;

export const factsSchema = z.strictObject({
  subject: z.strictObject({
    /** `env/name`; null where a value is looked at that is in no vault. */
    key: z.string().max(300).nullable(),
    env: z.string().max(64),
    kind: z.enum(ENVIRONMENT_KINDS),
    platform: z.string().max(64),
    platformName: text,
    header: z.string().max(64),
    /** The header is the platform's word, or ours. */
    isHeaderDocumented: z.boolean(),
    baseUrl: z.string().max(2048).nullable(),
    documentedBaseUrl: z.string().max(2048).nullable(),
    /** The base URL was set for this environment alone. */
    isBaseUrlOfEnv: z.boolean().default(false),
    canCreate: z.boolean(),
    /** Another key of the account, or a person's session, may manage its keys. */
    hasAsker: z.boolean().default(true),
    /** `env/name` of a key of the environment's kind that the platform takes: keys made with it are of that kind too. */
    maker: z.string().max(300).nullable().default(null),
    /** The platform's keys have scopes. */
    hasScopes: z.boolean().default(false),
    /** Those that are noted for the key. */
    scopes: z.array(text).max(200).default([]),
    strategy: z.enum(['overlap', 'cutover', 'none']),
    status: z.enum(KEY_STATUSES),
    mode: z.enum(KEY_MODES),
    keyId: z.string().max(200).nullable(),
    /** It was taken by the platform before. */
    hasWorked: z.boolean(),
    variable: z.string().max(200),
    sharedKeys: z.boolean(),
  }),
  /** null: there is no value to look at. */
  text: z
    .strictObject({
      findings: z.array(textFindingFact).max(16),
      /** Without blanks, quotes and look-alikes it would be as it should. */
      isCleanable: z.boolean(),
      startsWithScheme: z.boolean().default(false),
    })
    .nullable(),
  sources: sourcesFact.nullable(),
  /** null: not looked at (offline was asked for). */
  network: networkFact.nullable(),
  /** Who am I; null: not asked. */
  answer: answerFact.nullable(),
  /** The account's status in the platform's word, and what it stops. */
  account: z.strictObject({ status: text, stops: cause.nullable() }).nullable(),
  /** After a 401: what other keys of the same platform found out. */
  others: z
    .strictObject({
      asked: z.number().int(),
      rejected: z.number().int(),
      /** The platform's list, as an accepted one of them got it: our key's status, `absent`, or null for no list. */
      listed: z.string().max(64).nullable(),
    })
    .nullable(),
  /** Another base path on the same host where the key was taken. */
  worksAt: z.string().max(2048).nullable(),
  /** The call that was asked for with --method and --path. */
  call: answerFact.extend({ method: z.string().max(16), path: z.string().max(300) }).nullable(),
  addresses: z.strictObject({
    allowed: z.array(z.string().max(64)).max(1000),
    own: z.string().max(64).nullable(),
  }),
  limits: z.array(limitWindowView),
  hygiene: z.strictObject({
    daysLeft: z.number(),
    /** The key's own end, where that is what has passed. */
    endedAt: z.string().nullable().default(null),
    /** That end is from before the last rotation. */
    isEndOfOldValue: z.boolean().default(false),
    /** null: nobody can tell. */
    idleDays: z.number().nullable(),
    /** Minutes that two keys have been active for one purpose; null: they are not. */
    overlapOpenMinutes: z.number().nullable(),
    /** The rotation waits because nobody is known to use the key. */
    overlapHasNoUser: z.boolean().default(false),
    duplicates: z.array(z.string().max(300)).max(50),
  }),
});
export type DiagnosisFacts = z.infer<typeof factsSchema>;
