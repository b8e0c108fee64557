import './schemas-without-code.ts';
import type { Bridge } from '../../src-shared/contract/bridge.ts';
import {
  type ChannelName,
  contract,
  type RequestOf,
  type ResponseOf,
  WINDOW_CHANNELS,
} from '../../src-shared/contract/channels.ts';
import type { EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { Method } from '../../src-shared/contract/method.ts';
import { failure, type Outcome, success } from '../../src-shared/contract/outcome.ts';
import type {
  ApprovalView,
  KeyView,
  PlatformView,
  RotationView,
  StatusView,
} from '../../src-shared/contract/views.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../src-shared/errors/codes.ts';
import { fakeAudit, fakeDiagnosis, fakeKey, fakeKeys, fakeLimits, fakeRotation } from './fake-data.ts';

/** How the fake core begins and misbehaves. Plain data: it goes into the page as JSON. */
export interface Scenario {
  readonly status?: Partial<StatusView>;
  readonly keys?: number;
  /** Keys of its own beside the generated ones; only what differs from an ordinary key. */
  readonly extraKeys?: readonly (Partial<KeyView> & { readonly name: string })[];
  /** Channels that answer with an error. */
  readonly fails?: Readonly<Partial<Record<ChannelName, { code: ErrorCode; message: string; hint: string }>>>;
  /** Channels that take this long, in milliseconds; -1: they never answer. */
  readonly slow?: Readonly<Partial<Record<ChannelName, number>>>;
  /** Channels whose call is lost: the promise rejects. */
  readonly lost?: readonly ChannelName[];
  /** What programs wait for; only what differs from an ordinary question. */
  readonly approvals?: readonly Partial<ApprovalView>[];
  /** The first answer comes too late: a key was added to the question. */
  readonly approvalGrows?: boolean;
  /** Warnings that `keys.add` answers with. */
  readonly warnings?: readonly string[];
  readonly auditEntries?: number;
  readonly rotations?: readonly Partial<RotationView>[];
}

type Handlers = { [C in ChannelName]?: (request: RequestOf<C>) => Outcome<ResponseOf<C>> };

const done = success({ schema: 1 as const, warnings: [] as string[] });
const PASSPHRASE = 'correct horse battery staple';
const COPY_MS = 30_000;

const fail = (code: ErrorCode, message: string, hint: string): Outcome<never> =>
  failure(new AppError(code, message, hint).toView());

const platform = (id: string, name: string, can: boolean): PlatformView => ({
  id,
  name,
  base_url: 'https://api.moltbotden.com',
  documented_base_url: 'https://api.moltbotden.com',
  builtin: true,
  rotation: can ? 'overlap' : 'cutover',
  can: { who_am_i: true, create: can, list: can, revoke: can },
  tier: can ? 'spark' : null,
  tiers: ['spark', 'ember', 'blaze', 'forge'],
  undocumented: [],
  per_environment: [],
  settings: {},
  key_formats: [],
});

/** A core in the page, for working on the window and testing it without the real one. Keeps no secret. */
export const createFakeBridge = (scenario: Scenario): Bridge => {
  const now = Date.now();
  const listeners = new Map<EventName, Set<(event: never) => void>>();
  const emit = <E extends EventName>(name: E, event: EventOf<E>) => {
    for (const listener of listeners.get(name) ?? []) (listener as (event: EventOf<E>) => void)(event);
  };
  let wrongTries = 0;
  let runs = 0;
  let keys: KeyView[] = [
    ...fakeKeys(scenario.keys ?? 0, now),
    ...(scenario.extraKeys ?? []).map((key) => fakeKey(key, now)),
  ];
  let approvals: ApprovalView[] = (scenario.approvals ?? []).map((more, at) => ({
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
    ...more,
  }));
  let status: StatusView = {
    schema: 1,
    vault: 'unlocked',
    tampered: false,
    tamper_findings: [],
    agent: 'desktop',
    agent_pid: 4711,
    version: '0.1.0',
    home: '~/.local/share/keymolt',
    locks_at: new Date(now + 9 * 60_000).toISOString(),
    lock_reason: null,
    keychain: 'off',
    keychain_detail: 'GNOME Keyring',
    unlock_delay_ms: 0,
    runs: [],
    rotations: [],
    foreign_hosts: [],
    sandbox: null,
    ...scenario.status,
  };
  const change = (next: Partial<StatusView>) => {
    status = { ...status, ...next };
    emit('statusChanged', status);
  };
  const find = (ref: string) => keys.find((key) => `${key.env}/${key.name}` === ref);
  const replace = (key: KeyView, next: Partial<KeyView>) => {
    const changed = { ...key, ...next };
    keys = keys.map((candidate) => (candidate === key ? changed : candidate));
    emit('dataChanged', { what: 'keys' });
    return success({ schema: 1 as const, key: changed, warnings: [] as string[] });
  };
  let rotations: RotationView[] = (scenario.rotations ?? []).map((rotation) => fakeRotation(rotation, now));
  const openRotation = (key: string): RotationView =>
    rotations.find((rotation) => rotation.key === key) ?? fakeRotation({ key }, now);
  const rotate = (rotation: RotationView) => {
    rotations = [rotation, ...rotations.filter(({ id }) => id !== rotation.id)];
    emit('rotationChanged', { rotation });
    return success({ schema: 1 as const, rotation });
  };
  const unknown = (ref: string) =>
    fail('KEY_NOT_FOUND', `There is no key ${ref}.`, 'Look at the list of keys.');
  const add = (key: KeyView) => {
    keys = [...keys, key];
    emit('dataChanged', { what: 'keys' });
  };

  const handlers: Handlers = {
    'vault.status': () => success(status),
    'vault.create': () => {
      change({ vault: 'unlocked', lock_reason: null });
      return success({ schema: 1, recovery_code: '7KQ4M-2X9TB-HC3VN-8RWPD-J6FYZ-Q5A2E-9MKTX' });
    },
    'vault.unlock': ({ with: how, secret }) => {
      if (how !== 'passphrase' || new TextDecoder().decode(secret) === PASSPHRASE) {
        wrongTries = 0;
        change({ vault: 'unlocked', lock_reason: null, unlock_delay_ms: 0 });
        return done;
      }
      wrongTries += 1;
      change({ unlock_delay_ms: wrongTries < 3 ? 0 : 2 ** wrongTries * 1000 });
      return fail(
        'WRONG_PASSWORD',
        'The passphrase is not the one of this vault.',
        'Check Caps Lock and the keyboard layout.',
      );
    },
    'vault.lock': () => {
      change({ vault: 'locked', lock_reason: 'by_user' });
      return done;
    },
    'vault.setKeychain': ({ enabled }) => {
      change({ keychain: enabled ? 'available' : 'off' });
      return done;
    },
    'environments.list': () =>
      success({
        schema: 1,
        environments: (['dev', 'staging', 'prod'] as const).map((name) => ({
          name,
          kind: name === 'prod' ? ('live' as const) : ('test' as const),
          approve: 'live' as const,
          rotate_every_days: null,
          auto_rotate_at: null,
          keys: keys.filter((key) => key.env === name).length,
        })),
      }),
    'platforms.list': () =>
      success({
        schema: 1,
        platforms: [
          platform('den-hosting', 'MoltbotDen Hosting', true),
          platform('den-agent', 'MoltbotDen Agent API', false),
        ],
      }),
    'keys.list': () => success({ schema: 1, keys }),
    'limits.list': () => success({ schema: 1, keys: fakeLimits(keys, now) }),
    'keys.add': ({ name, env, platform: platformId, metadata }) => {
      if (find(`${env ?? 'dev'}/${name}`) !== undefined)
        return fail(
          'KEY_EXISTS',
          `There is a key ${name} in ${env ?? 'dev'} already.`,
          'Choose another name.',
        );
      const key = fakeKey(
        { name, env: env ?? 'dev', platform: platformId, owner: metadata?.owner ?? null, last_used_at: null },
        now,
      );
      add(key);
      return success({ schema: 1, key, warnings: [...(scenario.warnings ?? [])] });
    },
    'keys.create': ({ name, env, platform: platformId }) => {
      const key = fakeKey({ name, env: env ?? 'dev', platform: platformId, last_used_at: null }, now);
      add(key);
      return success({ schema: 1, keys: [key], failed: [] });
    },
    'keys.copy': ({ key }) => {
      if (find(key) === undefined) return unknown(key);
      setTimeout(() => emit('clipboardCleared', { cleared: true }), COPY_MS);
      return success({ schema: 1, clears_in_ms: COPY_MS, kept_out_of_history: false });
    },
    'keys.test': ({ key: ref }) => {
      const key = find(ref);
      return key === undefined
        ? unknown(ref)
        : replace(key, { last_check: { at: new Date().toISOString(), outcome: 'ok' } });
    },
    'keys.revoke': ({ key: ref, confirm }) => {
      const key = find(ref);
      if (key === undefined) return unknown(ref);
      if (confirm !== key.name)
        return fail(
          'INPUT_REQUIRED',
          'The name typed is not the name of the key.',
          'Type it as it stands in the list.',
        );
      return replace(key, { status: 'revoked' });
    },
    'keys.forget': ({ key: ref }) => {
      keys = keys.filter((key) => key !== find(ref));
      emit('dataChanged', { what: 'keys' });
      return done;
    },
    'doctor.run': ({ key, env, operation_id: operationId }) => {
      const view = fakeDiagnosis(key ?? null, env ?? null, keys, now);
      for (const check of view.checks) {
        if (operationId !== undefined)
          emit('doctorProgress', { operation_id: operationId, key: key ?? null, check });
      }
      return success(view);
    },
    'rotations.list': () => success({ schema: 1, rotation: rotations[0] ?? null, rotations }),
    'rotations.start': ({ key: name, env, value }) => {
      const key = keys.find((candidate) => candidate.name === name && candidate.env === (env ?? 'dev'));
      if (key === undefined) return unknown(name);
      if (key.platform === 'den-agent' && value === undefined)
        return fail('INPUT_REQUIRED', 'The new value is missing.', 'Paste what the platform showed.');
      return rotate(fakeRotation({ key: key.name, env: key.env, state: 'created' }, now));
    },
    'rotations.resume': ({ key }) =>
      rotate({ ...openRotation(key), state: 'done', ended_at: new Date().toISOString() }),
    'rotations.abort': ({ key }) =>
      rotate({
        ...openRotation(key),
        state: 'rolled_back',
        direction: 'back',
        ended_at: new Date().toISOString(),
      }),
    'sandbox.start': () => {
      const sandbox = { base_url: 'http://127.0.0.1:4821', control_url: 'http://127.0.0.1:4822', pid: 4712 };
      change({ sandbox });
      return success({ schema: 1, ...sandbox });
    },
    'sandbox.stop': () => {
      change({ sandbox: null });
      return done;
    },
    'sandbox.tryIt': () => {
      change({
        sandbox: { base_url: 'http://127.0.0.1:4821', control_url: 'http://127.0.0.1:4822', pid: 4712 },
      });
      const key = fakeKey({ name: 'first-key', platform: 'sandbox-hosting', last_used_at: null }, now);
      add(key);
      return success({ schema: 1, key, warnings: [] });
    },
    'sync.run': () =>
      success({
        schema: 1,
        platforms: [
          {
            platform: 'den-hosting',
            account: 'acct_1',
            updated: keys.slice(0, 3).map((key) => key.name),
            unknown: [],
            revoked_elsewhere: [],
            unused: [],
            duplicates: [],
            proposed: [],
            open_overlaps: [],
            error: null,
          },
        ],
      }),
    'runs.launch': ({ command }) => {
      runs += 1;
      const run_id = `run-${runs}`;
      const say = (afterMs: number, stream: 'stdout' | 'stderr', text: string) =>
        setTimeout(() => emit('runOutput', { run_id, stream, text }), afterMs);
      say(20, 'stdout', `starting ${command.join(' ')}\n`);
      say(60, 'stdout', 'GET /accounts/me 200 · key [molt:first-key]\n');
      say(90, 'stderr', 'warning: 23 of 30 requests left in this minute\n');
      if (!command.includes('--forever')) {
        say(120, 'stdout', 'done\n');
        setTimeout(
          () => emit('runEnded', { run_id, exit_code: command.includes('--fail') ? 3 : 0, signal: null }),
          140,
        );
      }
      return success({ schema: 1, run_id, pid: 5000 + runs });
    },
    'approvals.list': () => success({ schema: 1, approvals }),
    'approvals.answer': ({ id, revision, decision }) => {
      const asked = approvals.find((one) => one.id === id);
      if (asked === undefined) return fail('NOT_FOUND', 'Nobody waits for this answer any longer.', '');
      if (scenario.approvalGrows === true && revision === 0) {
        const grown = { ...asked, revision: 1, keys: [...asked.keys, 'prod/root-key'] };
        approvals = approvals.map((one) => (one === asked ? grown : one));
        emit('approvalsChanged', { approvals });
        return fail('REFUSED', 'More was asked for meanwhile.', 'Look at it again, then answer.');
      }
      approvals = approvals.filter((one) => one !== asked);
      document.documentElement.dataset['answers'] =
        `${document.documentElement.dataset['answers'] ?? ''}${id}=${decision};`;
      emit('approvalsChanged', { approvals });
      return done;
    },
    'runs.stop': ({ run_id }) => {
      setTimeout(() => emit('runEnded', { run_id, exit_code: null, signal: 'SIGTERM' }), 50);
      return done;
    },
    'audit.list': ({ limit = 200, before_seq = Number.MAX_SAFE_INTEGER }) =>
      success({
        schema: 1,
        entries: fakeAudit(scenario.auditEntries ?? 0, now)
          .filter(({ seq }) => seq < before_seq)
          .slice(0, limit),
      }),
    'audit.verify': () =>
      success({ schema: 1, intact: true, entries: scenario.auditEntries ?? 0, findings: [] }),
    'environments.set': ({ passphrase }) =>
      passphrase === undefined || new TextDecoder().decode(passphrase) === PASSPHRASE
        ? success({
            schema: 1,
            environment: {
              name: 'dev',
              kind: 'test',
              approve: 'live',
              rotate_every_days: null,
              auto_rotate_at: null,
              keys: 0,
            },
          })
        : fail('WRONG_PASSWORD', 'The passphrase is not the one of this vault.', 'Check Caps Lock.'),
    'audit.accept': () => {
      change({ tampered: false, tamper_findings: [] });
      return done;
    },
  };

  const answer = async (channel: ChannelName, request: unknown): Promise<Outcome<unknown>> => {
    const [namespace, method] = channel.split('.') as [keyof typeof contract, string];
    const { request: schema } = (contract[namespace] as Record<string, Method>)[method]!;
    const checked = schema.safeParse(request);
    if (!checked.success) return fail('BAD_REQUEST', `${channel}: ${checked.error.message}`, '');
    const wait = scenario.slow?.[channel] ?? 0;
    if (wait < 0) return new Promise(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (scenario.lost?.includes(channel) === true)
      throw new DOMException('the channel is closed', 'AbortError');
    const planned = scenario.fails?.[channel];
    if (planned !== undefined) return fail(planned.code, planned.message, planned.hint);
    const handler = handlers[channel] as ((request: unknown) => Outcome<unknown>) | undefined;
    return handler === undefined ? done : handler(checked.data);
  };

  const bridge: Record<string, unknown> = {
    host: 'chromium',
    on: (name: EventName, listener: (event: never) => void) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
      return () => listeners.get(name)?.delete(listener);
    },
  };
  for (const channel of WINDOW_CHANNELS as readonly ChannelName[]) {
    const [namespace, method] = channel.split('.') as [string, string];
    bridge[namespace] = {
      ...(bridge[namespace] as Record<string, unknown> | undefined),
      [method]: (request: unknown) => answer(channel, request),
    };
  }
  /** Lets a test do from outside what the core would do by itself. */
  Object.assign(globalThis, { fakeCore: { emit, change } });
  return bridge as unknown as Bridge;
};
