import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { EventName, EventOf } from '../../../src-shared/contract/events.ts';
import { failure, type Outcome, success } from '../../../src-shared/contract/outcome.ts';
import type {
  ApprovalView,
  DeploymentView,
  DesktopSettingsView,
  EnvironmentView,
  KeyView,
  LaunchProfileView,
  PlatformView,
  PreferencesView,
  RotationView,
  SessionView,
  StatusView,
  WindowRunView,
} from '../../../src-shared/contract/views.ts';
import type { Place } from '../../../src-shared/domain/place.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../../src-shared/errors/codes.ts';
import {
  fakeApproval,
  fakeKey,
  fakeKeys,
  fakePlatforms,
  fakeRotation,
  fakeSession,
  fakeTarget,
} from './data.ts';
import type { Scenario } from './scenario.ts';

export type Handlers = { [C in ChannelName]?: (request: RequestOf<C>) => Outcome<ResponseOf<C>> };

export const PASSPHRASE = 'correct horse battery staple';
export const done = success({ schema: 1 as const, warnings: [] as string[] });

export const fail = (code: ErrorCode, message: string, hint: string): Outcome<never> =>
  failure(new AppError(code, message, hint).toView());

export const unknownKey = (ref: string): Outcome<never> =>
  fail('KEY_NOT_FOUND', `There is no key ${ref}.`, 'Look at the list of keys.');

/** What the fake core knows, and how it tells of changes. */
export class FakeCore {
  readonly scenario: Scenario;
  readonly now: number;
  keys: KeyView[];
  environments: EnvironmentView[];
  platforms: PlatformView[];
  sessions: SessionView[];
  targets: DeploymentView[];
  approvals: ApprovalView[];
  rotations: RotationView[];
  status: StatusView;
  desktop: DesktopSettingsView;
  place: Place | null;
  preferences: PreferencesView;
  wrongTries = 0;
  runs: WindowRunView[];
  profiles: LaunchProfileView[];
  /** How many commands were started. */
  started = 0;
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>();

  constructor(scenario: Scenario) {
    const now = Date.now();
    this.scenario = scenario;
    this.now = now;
    this.keys = [
      ...fakeKeys(scenario.keys ?? 0, now).map((key, at) =>
        scenario.longNames === true
          ? { ...key, name: `${at}-`.padEnd(200, 'n'), owner: `owner-${at % 7}-`.padEnd(300, 'o') }
          : key,
      ),
      ...(scenario.extraKeys ?? []).map((key) => fakeKey(key, now)),
    ];
    this.environments = (['dev', 'staging', 'prod'] as const).map((name) => ({
      name,
      kind: name === 'prod' ? 'live' : 'test',
      approve: 'live',
      rotate_every_days: null,
      auto_rotate_at: null,
      auto_rotate_unlocks: false,
      keys: 0,
      ...scenario.environments?.[name],
    }));
    this.platforms = fakePlatforms().map((one) => ({ ...one, ...scenario.platforms?.[one.id] }));
    this.sessions = (scenario.sessions ?? []).map((session) => ({ ...fakeSession(now), ...session }));
    this.targets = (scenario.targets ?? []).map((target, at) => ({ ...fakeTarget(at, now), ...target }));
    this.rotations = (scenario.rotations ?? []).map((rotation) => fakeRotation(rotation, now));
    this.runs = [...(scenario.windowRuns ?? [])];
    this.profiles = [...(scenario.profiles ?? [])];
    this.approvals = (scenario.approvals ?? []).map((more, at) => ({
      ...fakeApproval(at, now),
      ...more,
    }));
    this.place = scenario.place ?? null;
    this.preferences = {
      schema: 1,
      key_table: scenario.keyTable ?? null,
      due_feed: null,
      suggested_due_feed_path: '/home/me/Documents/keymolt-due-dates.ics',
    };
    this.desktop = {
      schema: 1,
      start_at_login: null,
      notifications: null,
      stay_in_tray: null,
      ...scenario.desktop,
    };
    this.status = {
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
  }

  on(name: EventName, listener: (event: never) => void): () => void {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
    return () => this.#listeners.get(name)?.delete(listener);
  }

  emit<E extends EventName>(name: E, event: EventOf<E>): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (event: EventOf<E>) => void)(event);
  }

  change(next: Partial<StatusView>): void {
    this.status = { ...this.status, ...next };
    this.emit('statusChanged', this.status);
  }

  /** As a program does that wants a live key. */
  askForKeys(): void {
    this.approvals = [...this.approvals, fakeApproval(this.approvals.length, Date.now())];
    this.emit('approvalsChanged', { approvals: this.approvals });
  }

  /** As a link or a notification does. */
  goTo(place: Place): void {
    this.place = place;
    this.emit('placeAsked', {});
  }

  /** @param ref `env/name` */
  find(ref: string): KeyView | undefined {
    return this.keys.find((key) => `${key.env}/${key.name}` === ref);
  }

  add(key: KeyView): void {
    this.keys = [...this.keys, key];
    this.emit('dataChanged', { what: 'keys' });
  }

  replace(key: KeyView, next: Partial<KeyView>): Outcome<ResponseOf<'keys.show'>> {
    const changed = { ...key, ...next };
    this.keys = this.keys.map((candidate) => (candidate === key ? changed : candidate));
    this.emit('dataChanged', { what: 'keys' });
    return success({ schema: 1, key: changed, warnings: [] });
  }

  openRotation(key: string): RotationView {
    return this.rotations.find((rotation) => rotation.key === key) ?? fakeRotation({ key }, this.now);
  }

  rotate(rotation: RotationView): Outcome<ResponseOf<'rotations.start'>> {
    this.rotations = [rotation, ...this.rotations.filter(({ id }) => id !== rotation.id)];
    this.emit('rotationChanged', { rotation });
    return success({ schema: 1, rotation });
  }
}
