import type {
  ApprovalView,
  AuditEntryView,
  DeploymentView,
  DoctorCauseView,
  DoctorCheckView,
  DoctorView,
  KeyLimitsView,
  KeyView,
  PlatformView,
  RotationView,
  SessionView,
} from '../../../src-shared/contract/views.ts';

const DAY_MS = 86_400_000;
const KINDS = [
  'agent',
  'billing',
  'search',
  'indexer',
  'crawler',
  'ci',
  'webhook',
  'reporting',
  'translator',
  'support',
];
const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
const OWNERS = ['agents-team', 'search-team', 'platform-team', 'ops-team', null];
const PERIODS = [30, 60, 90];

const hex = (seed: number, length: number): string =>
  Array.from(
    { length },
    (_, index) => ((seed * 2_654_435_761 + index * 40_503 * (seed + 7)) >>> (index % 13)) % 16,
  )
    .map((digit) => digit.toString(16))
    .join('');

export const fakeKey = (change: Partial<KeyView> & { readonly name: string }, now: number): KeyView => ({
  env: 'dev',
  mode: 'test',
  platform: 'den-hosting',
  account: 'acct_1',
  key_id: `key_${hex(change.name.length, 10)}`,
  status: 'active',
  prefix: 'mbd_test_4f2a',
  fingerprint: hex(change.name.length * 31, 16),
  var: 'MOLTBOTDEN_API_KEY',
  created_at: new Date(now - 40 * DAY_MS).toISOString(),
  last_used_at: new Date(now - 3_600_000).toISOString(),
  rotated_at: null,
  rotate_every_days: 90,
  due_at: new Date(now + 50 * DAY_MS).toISOString(),
  days_left: 50,
  expires_at: null,
  owner: 'agents-team',
  project: null,
  purpose: null,
  scopes: [],
  cidrs: [],
  last_check: null,
  damaged: false,
  ...change,
});

/** As many keys as asked for, the same each time: every status, overdue and fresh, used and unused. */
export const fakeKeys = (count: number, now: number): KeyView[] =>
  Array.from({ length: count }, (_, index) => {
    const env = ENVIRONMENTS[(index * 7) % 3] ?? 'dev';
    const period = PERIODS[index % 3] ?? 90;
    // Every ninth key is late.
    const age = index % 9 === 4 ? period + 1 + (index % 11) : (index * 11) % (period - 2);
    const daysLeft = period - age;
    const live = env === 'prod';
    const number = Math.floor(index / KINDS.length) + 1;
    return fakeKey(
      {
        name: `${KINDS[index % KINDS.length] ?? 'agent'}-${env === 'prod' ? 'main' : env}-${String(number).padStart(2, '0')}`,
        env,
        mode: live ? 'live' : 'test',
        platform: index % 4 === 3 ? 'den-agent' : 'den-hosting',
        prefix:
          index % 4 === 3 ? 'moltbotden_s' : live ? 'mbd_live_' + hex(index, 3) : 'mbd_test_' + hex(index, 3),
        fingerprint: hex(index + 1, 16),
        key_id: index % 13 === 5 ? null : `key_${hex(index + 3, 12)}`,
        status:
          index % 23 === 7
            ? 'revoked'
            : index % 29 === 11
              ? 'retiring'
              : index % 41 === 17
                ? 'disabled'
                : 'active',
        created_at: new Date(now - (age + (index % 5) * 30) * DAY_MS).toISOString(),
        rotated_at: new Date(now - age * DAY_MS).toISOString(),
        rotate_every_days: period,
        due_at: new Date(now + daysLeft * DAY_MS + 3_600_000).toISOString(),
        days_left: daysLeft,
        last_used_at: index % 8 === 6 ? null : new Date(now - ((index * 37) % 4000) * 60_000).toISOString(),
        owner: OWNERS[index % OWNERS.length] ?? null,
        project: index % 2 === 0 ? 'harbour' : null,
        last_check:
          index % 17 === 3
            ? { at: new Date(now - 7_200_000).toISOString(), outcome: 'KEY_REJECTED' }
            : index % 3 === 0
              ? { at: new Date(now - 240_000).toISOString(), outcome: 'ok' }
              : null,
      },
      now,
    );
  });

export const fakeLimits = (keys: readonly KeyView[], now: number): KeyLimitsView[] =>
  keys.flatMap((key, index) => {
    if (index % 5 === 4) return [];
    const limit = key.env === 'prod' ? 120 : 30;
    const remaining = index % 6 === 0 ? Math.floor(limit * 0.1) : (index * 13) % limit;
    return [
      {
        name: key.name,
        env: key.env,
        observed_at: new Date(now - 12_000).toISOString(),
        windows: [
          {
            id: 'minute' as const,
            limit,
            remaining,
            resets_in_s: 41,
            source: 'observed' as const,
            exhausted_in_s: null,
          },
          {
            id: 'day' as const,
            limit: 1000,
            remaining: 812,
            resets_in_s: 32_000,
            source: 'estimated' as const,
            exhausted_in_s: null,
          },
          {
            id: 'burst' as const,
            limit: 50,
            remaining: null,
            resets_in_s: null,
            source: 'documented' as const,
            exhausted_in_s: null,
          },
        ],
        actions:
          key.platform === 'den-agent'
            ? [
                {
                  id: 'den_messages',
                  label: 'messages in a den',
                  per: 'agent and den',
                  place: 'the-den',
                  limit: 30,
                  remaining: 3,
                  resets_in_s: 1200,
                  source: 'estimated' as const,
                  exhausted_in_s: 240,
                },
              ]
            : [],
      },
    ];
  });

const ACTIONS = ['key.create', 'run.start', 'secret.read', 'key.edit', 'vault.unlock', 'key.revoke'];

/** Newest first, numbered without a gap. */
export const fakeAudit = (count: number, now: number): AuditEntryView[] =>
  Array.from({ length: count }, (_, index) => ({
    seq: count - index,
    at: new Date(now - index * 1_700_000).toISOString(),
    actor: index % 3 === 0 ? 'window' : `cli pid ${String(4000 + index)}`,
    action: ACTIONS[index % ACTIONS.length] ?? 'key.edit',
    subject: index % 6 === 4 ? 'vault' : `${ENVIRONMENTS[index % 3] ?? 'dev'}/agent-${String(index % 20)}`,
    detail: index % 6 === 1 ? 'node, MOLTBOTDEN_API_KEY' : '',
  }));

const STEPS = ['create', 'prove', 'store', 'deploy', 'verify', 'revoke', 'confirm'] as const;
/** As the core words them. */
const STEP_DETAILS: Record<(typeof STEPS)[number], string> = {
  create: 'the platform made 2222222222222222',
  prove: 'the platform takes it',
  store: 'in the vault',
  deploy: 'no target',
  verify: 'nothing known to hold the old value',
  revoke: 'by its key id',
  confirm: 'refused with 401',
};
const STEPS_DONE = {
  planned: 0,
  created: 2,
  stored: 3,
  deployed: 4,
  verified: 5,
  revoked: 6,
  done: 7,
} as const;

/** A rotation that is as far as its state says, with the overlap half over. */
export const fakeRotation = (change: Partial<RotationView>, now: number): RotationView => {
  const state = change.state ?? 'stored';
  const done = state in STEPS_DONE ? STEPS_DONE[state as keyof typeof STEPS_DONE] : 3;
  const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
  return {
    id: `rot_${change.key ?? 'key'}`,
    key: 'agent',
    env: 'dev',
    platform: 'den-hosting',
    strategy: 'overlap',
    state,
    direction: 'forward',
    lost: false,
    old: { key_id: 'key_old', fingerprint: '1111111111111111', status: 'retiring' },
    new: { key_id: 'key_new', fingerprint: '2222222222222222', status: 'active' },
    overlap_s: 420,
    deadline_at: at(8),
    started_at: at(-7),
    ended_at: null,
    steps: STEPS.map((name, index) => ({
      name,
      status: index < done ? 'ok' : 'pending',
      at: at(-7 + index / 10),
      detail: index < done ? STEP_DETAILS[name] : '',
    })),
    targets: [],
    holders: [],
    laggards: [],
    cause: null,
    ...change,
  };
};

const rejected = ({ env, name }: Pick<KeyView, 'env' | 'name'>): DoctorCauseView => ({
  code: 'auth.revoked',
  message: 'The platform refuses this key: it was revoked there.',
  fix: `keymolt rotate start ${name} -e ${env} --lost`,
  does: 'makes a new value on the platform, and stores it under the same name',
  then: {
    fix: `keymolt doctor ${name} -e ${env} --var MOLTBOTDEN_API_KEY --env-file .env --fix`,
    does: `puts the value of ${env}/${name} into line 1 of .env`,
  },
  severity: 'fail',
  confidence: 'likely',
  tell_apart: 'The list of keys in the console says whether it was revoked, or never known.',
  repair: null,
});

const MISPLACED: DoctorCauseView = {
  code: 'net.wrong_base_path',
  message: 'The base URL https://api.moltbotden.com is not the API’s: the key is taken at /v1/hosting.',
  fix: 'keymolt platform set den-hosting --base-url https://api.moltbotden.com/v1/hosting',
  does: 'sets the address to the one that was seen working',
  then: null,
  severity: 'fail',
  confidence: 'certain',
  tell_apart: '',
  repair: {
    kind: 'set_base_url',
    platform: 'den-hosting',
    url: 'https://api.moltbotden.com/v1/hosting',
  },
};

const rung = (
  id: DoctorCheckView['id'],
  status: DoctorCheckView['status'],
  evidence: string,
): DoctorCheckView => ({ id, status, evidence, code: null, fix: null });

/** A key whose last check failed is found broken, every other one healthy. @param key `env/name`, null for all */
export const fakeDiagnosis = (
  key: string | null,
  env: string | null,
  keys: readonly KeyView[],
  now: number,
): DoctorView => {
  const looked = keys.filter((one) =>
    key === null ? env === null || one.env === env : `${one.env}/${one.name}` === key,
  );
  const isBroken = ({ last_check: check }: KeyView): boolean => check !== null && check.outcome !== 'ok';
  const first = looked.find(isBroken);
  const broken = first !== undefined;
  const cause = broken ? rejected(first) : null;
  const isMisplaced = looked.length === 1 && looked[0]?.last_check?.outcome === 'NOT_FOUND';
  return {
    schema: 1,
    verdict: broken ? 'broken' : 'healthy',
    cause: isMisplaced ? MISPLACED : cause,
    checks: [
      rung('key.text', 'pass', '41 characters, as documented'),
      rung('env.source', 'pass', key === null ? 'from the vault' : `from the vault (${key})`),
      rung('net.dns', 'pass', 'api.moltbotden.com: 192.0.2.10 in 3 ms'),
      rung('net.tcp', 'pass', 'port 443 takes connections in 11 ms'),
      rung('net.proxy', 'pass', 'none is set for this host'),
      rung('net.tls', 'pass', 'api.moltbotden.com (valid 2026-01-01 to 2026-12-31)'),
      rung('net.clock', 'pass', 'within 1 s of the platform’s'),
      rung('net.http', 'pass', 'api.moltbotden.com answered in 38 ms'),
      cause !== null
        ? {
            id: 'auth.who_am_i',
            status: 'fail',
            evidence: '401 Invalid API key.',
            code: cause.code,
            fix: cause.fix,
          }
        : rung('auth.who_am_i', 'pass', '200'),
      rung('account.status', broken ? 'skip' : 'pass', broken ? 'refused with 401' : 'the account is active'),
      rung('key.status', broken ? 'skip' : 'pass', broken ? 'refused with 401' : 'the key is active'),
      rung('scope.call', 'skip', 'no method and path given'),
      rung(
        'ip.allow_list',
        broken ? 'skip' : 'pass',
        broken ? 'refused with 401' : 'calls from here are taken',
      ),
      rung('rate.limits', 'pass', '28 of 30 left (minute)'),
      rung('hygiene.key', 'warn', 'due in 3 days'),
    ],
    duration_ms: 124,
    at: new Date(now).toISOString(),
    version: '0.1.0',
    key,
    platform: key === null ? null : 'den-hosting',
    base_url: isMisplaced ? 'https://api.moltbotden.com' : null,
    fingerprint: null,
    others: [],
    sources: [],
    keys:
      key === null
        ? looked.map((one) => ({
            key: `${one.env}/${one.name}`,
            platform: one.platform,
            verdict: isBroken(one) ? ('broken' as const) : ('healthy' as const),
            cause: isBroken(one) ? rejected(one) : null,
          }))
        : [],
  };
};

export const fakeApproval = (at: number, now: number): ApprovalView => ({
  id: `asked-${at}`,
  revision: 0,
  env: 'prod',
  kind: 'live',
  purpose: 'run',
  command: 'deploy.sh',
  process: { pid: 4712, name: 'node', cwd: '~/work/shop' },
  parent: { pid: 4711, name: 'bash', cwd: '~/work/shop' },
  tree: { pid: 4700, name: 'openclaw', cwd: '~' },
  is_terminal: false,
  keys: ['prod/deploy-key'],
  more_keys: 0,
  requests: 1,
  expires_at: new Date(now + 60_000).toISOString(),
});

const platform = (id: string, name: string, can: boolean): PlatformView => ({
  id,
  name,
  base_url: 'https://api.moltbotden.com',
  documented_base_url: 'https://api.moltbotden.com',
  builtin: true,
  rotation: can ? 'overlap' : 'cutover',
  can: { who_am_i: true, create: can, list: can, revoke: can, sign_in: can },
  tier: can ? 'spark' : null,
  tiers: ['spark', 'ember', 'blaze', 'forge'],
  undocumented: can ? ['auth.session.webApiKey'] : [],
  per_environment: [],
  settings: can
    ? {
        firebase_sign_in_url: 'https://identity.example/v1/accounts:signInWithPassword?key=web-key',
        firebase_token_url: 'https://tokens.example/v1/token?key=web-key',
      }
    : {},
  key_formats: [],
});

export const fakePlatforms = (): PlatformView[] => [
  platform('den-hosting', 'MoltbotDen Hosting', true),
  platform('den-agent', 'MoltbotDen Agent API', false),
];

export const fakeSession = (now: number): SessionView => ({
  platform: 'den-hosting',
  env: null,
  email: 'ops@northern-harbours.example',
  account: 'acct_1',
  signed_in_at: new Date(now - 2 * DAY_MS).toISOString(),
  expires_at: new Date(now + 1_800_000).toISOString(),
});

export const fakeTarget = (at: number, now: number): DeploymentView => ({
  id: `target${String(at).padStart(2, '0')}`,
  key: 'dev/agent',
  kind: 'dotenv',
  label: '.env file /home/me/agents/.env#MOLTBOTDEN_API_KEY',
  path: '/home/me/agents/.env',
  variable: 'MOLTBOTDEN_API_KEY',
  command: null,
  cwd: null,
  give: null,
  timeout_s: null,
  created_at: new Date(now).toISOString(),
});
