import { z } from 'zod';
import { ROTATION_STATES, ROTATION_STEPS, ROTATION_STRATEGIES } from '../domain/rotation-plan.ts';
import { CAUSES } from '../domain/cause.ts';
import {
  SOURCE_KINDS,
  SOURCE_MATCHES,
  SOURCE_STATES,
  textFindingFact,
} from '../domain/diagnosis/source-words.ts';
import { PLATFORM_KEY_ID, SCREENS } from '../domain/place.ts';
import { platformDefinitionSchema } from '../domain/platform-definition.ts';

/**
 * What leaves the core, on every face. These shapes are the documented `--json` output, so the window
 * reads the same names as a script. No view has a field for a key's value.
 */

const schema = z.literal(1);
const nullableText = z.string().nullable();

export const KEY_STATUSES = ['active', 'pending', 'retiring', 'disabled', 'revoked', 'lost'] as const;
export const KEY_MODES = ['live', 'test', 'unknown'] as const;
export const ENVIRONMENT_KINDS = ['live', 'test'] as const;
export const APPROVALS = ['never', 'live', 'always'] as const;
export const VAULT_STATES = ['missing', 'locked', 'unlocked', 'damaged', 'newer'] as const;
export const LOCK_REASONS = [
  'not_unlocked_yet', // this process has just started
  'by_user',
  'idle',
  'max_age',
  'suspend',
  'screen_lock',
  'hand_over', // the desktop app took over from a headless agent
  'window_crash', // the page of the window ended by itself
  'internal_error',
] as const;

export const lastCheckView = z.object({
  at: z.string(),
  /** `ok`, or the error code that the call ended with. */
  outcome: z.string(),
});

export const keyView = z.object({
  name: z.string(),
  env: z.string(),
  mode: z.enum(KEY_MODES),
  platform: z.string(),
  account: nullableText,
  key_id: nullableText,
  status: z.enum(KEY_STATUSES),
  prefix: z.string(),
  fingerprint: z.string(),
  var: z.string(),
  created_at: z.string(),
  last_used_at: nullableText,
  rotated_at: nullableText,
  rotate_every_days: z.number(),
  due_at: z.string(),
  /** Whole days until `due_at`, negative when overdue. */
  days_left: z.number(),
  expires_at: nullableText,
  owner: nullableText,
  project: nullableText,
  purpose: nullableText,
  scopes: z.array(z.string()),
  cidrs: z.array(z.string()),
  last_check: lastCheckView.nullable(),
  /** True when the sealed value or metadata fails its authentication. */
  damaged: z.boolean(),
});
export type KeyView = z.infer<typeof keyView>;

export const keyAnswer = z.object({ schema, key: keyView, warnings: z.array(z.string()) });
export const keysAnswer = z.object({ schema, keys: z.array(keyView) });
/** All keys of a batch that are there now, those of an earlier run included, and what became of the others. */
export const keysCreatedAnswer = keysAnswer.extend({
  failed: z.array(z.object({ name: z.string(), code: z.string(), message: z.string(), hint: z.string() })),
});
export const keysRevokedAnswer = z.object({
  schema,
  /** `env/name` of each key that is refused by its platform now. */
  revoked: z.array(z.string()),
  alive: z.array(z.object({ key: z.string(), why: z.string() })),
});

export const runView = z.object({
  run_id: z.string(),
  pid: z.number(),
  command: z.string(),
  cwd: z.string(),
  env: z.string(),
  since: z.string(),
  /** `env/name` of each key the run holds. */
  keys: z.array(z.string()),
  /** Holds a value that was rotated or edited since it started. */
  laggard: z.boolean(),
});
export type RunView = z.infer<typeof runView>;

/** A command that this window, or another window of the same core, has started; ended ones for a while. */
export const windowRunView = z.object({
  /** Stays the same when the command is started anew. */
  id: z.string(),
  /** As in the status, while it runs. */
  run_id: z.string(),
  /** The profile's name, where it was started from one. */
  title: nullableText,
  command: z.array(z.string()),
  cwd: z.string(),
  env: z.string(),
  keys: z.array(z.string()),
  since: z.string(),
  /** Starts anew when one of its keys has another value. */
  watch: z.boolean(),
  /** False: on pipes, for this system gives no terminal. */
  is_terminal: z.boolean(),
  ended: z.object({ at: z.string(), exit_code: z.number().nullable(), signal: nullableText }).nullable(),
});
export type WindowRunView = z.infer<typeof windowRunView>;
export const windowRunsAnswer = z.object({ schema, runs: z.array(windowRunView) });
export const windowRunAnswer = z.object({ schema, run: windowRunView });
/** The end of what it has printed, masked; `offset` is where `text` begins, in characters since the start. */
export const runOutputAnswer = z.object({ schema, offset: z.number(), text: z.string() });

/** A command that is started again and again. */
export const launchProfileView = z.object({
  id: z.string(),
  name: z.string(),
  env: z.string(),
  command: z.array(z.string()),
  /** null: the home folder. */
  cwd: nullableText,
  keys: z.array(z.string()),
  watch: z.boolean(),
});
export type LaunchProfileView = z.infer<typeof launchProfileView>;
export const launchProfilesAnswer = z.object({ schema, profiles: z.array(launchProfileView) });
export const launchProfileAnswer = z.object({ schema, profile: launchProfileView });

export const APPROVAL_DECISIONS = ['once', 'tree', 'hours', 'deny'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];
const processView = z.object({ pid: z.number(), name: z.string(), cwd: nullableText });
/** A request for keys that waits for the person at the window. */
export const approvalView = z.object({
  id: z.string(),
  /** An answer names it: more may have been asked for since it was shown. */
  revision: z.number(),
  env: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  purpose: z.enum(['run', 'read', 'copy', 'inject', 'resolve', 'deploy']),
  /** What is to be started, by name. */
  command: nullableText,
  /** As the processes call themselves; null where the system doesn't tell. */
  process: processView.nullable(),
  parent: processView.nullable(),
  /** The process whose tree a grant would be for; null for a terminal session. */
  tree: processView.nullable(),
  is_terminal: z.boolean(),
  keys: z.array(z.string()),
  more_keys: z.number(),
  /** How many requests wait for this answer. */
  requests: z.number(),
  expires_at: z.string(),
});
export type ApprovalView = z.infer<typeof approvalView>;
export const approvalsAnswer = z.object({ schema, approvals: z.array(approvalView) });

export const statusView = z.object({
  schema,
  vault: z.enum(VAULT_STATES),
  tampered: z.boolean(),
  /** What does not fit, in words, when `tampered`. */
  tamper_findings: z.array(z.string()),
  agent: z.enum(['desktop', 'headless', 'none']),
  agent_pid: z.number().nullable(),
  version: z.string(),
  home: z.string(),
  locks_at: nullableText,
  lock_reason: z.enum(LOCK_REASONS).nullable(),
  keychain: z.enum(['available', 'unavailable', 'off']),
  /** Which store the keychain slot uses, as a person knows it, or why there is none. */
  keychain_detail: z.string(),
  /** How long the next unlock attempt is held back after wrong ones. */
  unlock_delay_ms: z.number(),
  runs: z.array(runView),
  /** Rotations that are not over; empty while the vault is locked. */
  rotations: z.array(
    z.object({ key: z.string(), env: z.string(), state: z.enum(ROTATION_STATES), deadline_at: nullableText }),
  ),
  /** Platforms whose base URL is not the platform's own. */
  foreign_hosts: z.array(z.object({ platform: z.string(), env: nullableText, base_url: z.string() })),
  sandbox: z.object({ base_url: z.string(), control_url: z.string(), pid: z.number() }).nullable(),
});
export type StatusView = z.infer<typeof statusView>;

export const environmentView = z.object({
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  approve: z.enum(APPROVALS),
  rotate_every_days: z.number().nullable(),
  auto_rotate_at: nullableText,
  /** At that hour, a locked vault is opened by its keychain slot, for the schedule alone. */
  auto_rotate_unlocks: z.boolean(),
  keys: z.number(),
});
export type EnvironmentView = z.infer<typeof environmentView>;
export const environmentsAnswer = z.object({ schema, environments: z.array(environmentView) });
export const environmentAnswer = z.object({ schema, environment: environmentView });

export const platformView = z.object({
  id: z.string(),
  name: z.string(),
  base_url: nullableText,
  /** The address the platform documents; differs from `base_url` where a person set another. */
  documented_base_url: nullableText,
  builtin: z.boolean(),
  rotation: z.enum(['overlap', 'cutover', 'none']),
  /** Which calls the definition has a path for. */
  can: z.object({ who_am_i: z.boolean(), create: z.boolean(), list: z.boolean(), revoke: z.boolean() }),
  tier: nullableText,
  tiers: z.array(z.string()),
  /** Parts of the definition that the platform does not document. */
  undocumented: z.array(z.string()),
  /** Base URLs set for single environments. */
  per_environment: z.array(z.object({ env: z.string(), base_url: z.string() })),
  settings: z.record(z.string(), z.string()),
  /** What its keys look like, to recognise one; empty where it documents no format. */
  key_formats: z.array(
    z.object({
      prefix: z.string(),
      alphabet: z.enum(['hex_lower', 'hex', 'alphanumeric', 'base64url', 'printable']),
      lengths: z.array(z.number()),
      mode: z.enum(KEY_MODES),
    }),
  ),
});
export type PlatformView = z.infer<typeof platformView>;
export const platformsAnswer = z.object({ schema, platforms: z.array(platformView) });
export const platformAnswer = z.object({ schema, platform: platformView });
/** With the whole definition, to start a definition file of one's own from. */
export const platformShowAnswer = platformAnswer.extend({ definition: platformDefinitionSchema });
export const platformCheckAnswer = z.object({
  schema,
  platform: z.string(),
  assumptions: z.array(
    z.object({
      id: z.string(),
      assumption: z.string(),
      verdict: z.enum(['confirmed', 'contradicted', 'not_documented', 'not_checked']),
      evidence: z.string(),
    }),
  ),
});
export type PlatformCheckView = z.infer<typeof platformCheckAnswer>;

export const WINDOW_IDS = ['burst', 'minute', 'hour', 'day', 'window'] as const;
export const limitWindowView = z.object({
  id: z.enum(WINDOW_IDS),
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  resets_in_s: z.number().nullable(),
  source: z.enum(['observed', 'estimated', 'documented']),
  exhausted_in_s: z.number().nullable(),
});
/** A limit of one action, such as messages in a den. */
export const actionLimitView = z.object({
  id: z.string(),
  label: z.string(),
  per: z.string(),
  /** The den, where each is counted for itself. */
  place: nullableText,
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  resets_in_s: z.number().nullable(),
  source: z.enum(['observed', 'estimated', 'documented']),
  exhausted_in_s: z.number().nullable(),
});
export const keyLimitsView = z.object({
  name: z.string(),
  env: z.string(),
  observed_at: nullableText,
  windows: z.array(limitWindowView),
  actions: z.array(actionLimitView),
});
export type KeyLimitsView = z.infer<typeof keyLimitsView>;
export const limitsAnswer = z.object({ schema, keys: z.array(keyLimitsView) });

const causeWord = z.enum(CAUSES);
const doctorFixView = z.object({
  kind: z.enum(['clean_value', 'clean_file', 'replace_in_file', 'set_base_url']),
  file: z.string().optional(),
  variable: z.string().optional(),
  key: z.string().optional(),
  platform: z.string().optional(),
  url: z.string().optional(),
  env: z.string().optional(),
});
export const doctorCheckView = z.object({
  id: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'skip']),
  evidence: z.string(),
  code: causeWord.nullable(),
  fix: nullableText,
});
export type DoctorCheckView = z.infer<typeof doctorCheckView>;
export const doctorCauseView = z.object({
  code: causeWord,
  /** One sentence. */
  message: z.string(),
  /** The exact command. */
  fix: z.string(),
  severity: z.enum(['fail', 'warn']),
  confidence: z.enum(['certain', 'likely', 'possible']),
  /** What would tell it from the next one; empty where nothing needs telling. */
  tell_apart: z.string(),
  /** What `--fix` can do by itself. */
  repair: doctorFixView.nullable(),
});
export type DoctorCauseView = z.infer<typeof doctorCauseView>;
const VERDICTS = ['healthy', 'degraded', 'broken'] as const;
export const doctorSourceView = z.object({
  kind: z.enum(SOURCE_KINDS),
  where: z.string(),
  variable: z.string(),
  line: z.number().nullable(),
  state: z.enum(SOURCE_STATES),
  fingerprint: nullableText,
  match: z.enum(SOURCE_MATCHES).nullable(),
  key: nullableText,
  /** `wins`: what a program started there reads; `shadowed`: hidden by it; `elsewhere`: read by others. */
  reach: z.enum(['wins', 'shadowed', 'elsewhere']),
});
export type DoctorSourceView = z.infer<typeof doctorSourceView>;
export const doctorAnswer = z.object({
  schema,
  verdict: z.enum(VERDICTS),
  cause: doctorCauseView.nullable(),
  checks: z.array(doctorCheckView),
  duration_ms: z.number(),
  at: z.string(),
  version: z.string(),
  /** What was looked at; null where it was all keys. */
  key: nullableText,
  platform: nullableText,
  base_url: nullableText,
  fingerprint: nullableText,
  /** Everything else that was found, in the order of mending. */
  others: z.array(doctorCauseView),
  sources: z.array(doctorSourceView),
  /** One line for each key, where several were looked at. */
  keys: z.array(
    z.object({
      key: z.string(),
      platform: z.string(),
      verdict: z.enum(VERDICTS),
      cause: doctorCauseView.nullable(),
    }),
  ),
});
export type DoctorView = z.infer<typeof doctorAnswer>;

/** What a value from a person's shell or file is, told without a word of it. */
export const inspectedValueView = z.object({
  schema,
  fingerprint: z.string(),
  match: z.enum(SOURCE_MATCHES),
  /** `env/name` that it matches. */
  key: nullableText,
  findings: z.array(textFindingFact),
});

const keyMention = z.object({ key_id: z.string(), name: z.string() });
export const syncAnswer = z.object({
  schema,
  platforms: z.array(
    z.object({
      platform: z.string(),
      account: nullableText,
      updated: z.array(z.string()),
      unknown: z.array(keyMention),
      revoked_elsewhere: z.array(z.string()),
      unused: z.array(z.string()),
      /** Groups of `env/name` whose values are equal. */
      duplicates: z.array(z.array(z.string())),
      /** Keys without a key id, and the listed key that moved when we called with their value. */
      proposed: z.array(z.object({ key: z.string(), key_id: z.string(), name: z.string() })),
      /** `env/name` of keys whose rotation has left two values alive. */
      open_overlaps: z.array(z.string()),
      error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    }),
  ),
});
export type SyncView = z.infer<typeof syncAnswer>;

export const auditEntryView = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
});
export type AuditEntryView = z.infer<typeof auditEntryView>;
export const auditListAnswer = z.object({ schema, entries: z.array(auditEntryView) });
export const auditVerifyAnswer = z.object({
  schema,
  intact: z.boolean(),
  entries: z.number(),
  findings: z.array(z.string()),
});

export const auditExportAnswer = z.object({
  schema,
  /** Oldest first. */
  entries: z.array(auditEntryView),
  last_seq: z.number(),
  /** What does not follow from the entry before, in words. */
  findings: z.array(z.string()),
});

export const sandboxAnswer = z.object({
  schema,
  base_url: z.string(),
  control_url: z.string(),
  pid: z.number(),
});

const rotationSide = z.object({
  key_id: nullableText,
  fingerprint: z.string(),
  status: z.enum(KEY_STATUSES),
});
export const rotationView = z.object({
  id: z.string(),
  key: z.string(),
  env: z.string(),
  platform: z.string(),
  strategy: z.enum(ROTATION_STRATEGIES),
  state: z.enum(ROTATION_STATES),
  /** `back`: it is being rolled back. */
  direction: z.enum(['forward', 'back']),
  /** The old key is lost: it is not asked with. */
  lost: z.boolean(),
  old: rotationSide,
  new: rotationSide.nullable(),
  /** For how long two keys have been active, or were; null where they never were. */
  overlap_s: z.number().nullable(),
  /** When the overlap should be over. */
  deadline_at: nullableText,
  started_at: z.string(),
  ended_at: nullableText,
  steps: z.array(
    z.object({
      name: z.enum(ROTATION_STEPS),
      status: z.enum(['ok', 'failed', 'pending', 'skipped']),
      at: z.string(),
      detail: z.string(),
    }),
  ),
  targets: z.array(
    z.object({
      target: z.string(),
      state: z.enum(['applying', 'applied', 'failed', 'put_back']),
      detail: z.string(),
    }),
  ),
  /** Commands that had the old value when it began. `moved`: they were looked at since, and have it no longer. */
  holders: z.array(z.object({ pid: z.number(), command: z.string(), moved: z.boolean() })),
  /** Who still has the old value: a process, or a file. */
  laggards: z.array(z.object({ pid: z.number().nullable(), command: nullableText, file: nullableText })),
  /** Why it stands still, or why it was rolled back; null while it goes on, and when it is done. */
  cause: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
export type RotationView = z.infer<typeof rotationView>;
export const rotationAnswer = z.object({ schema, rotation: rotationView });
/** `rotation` is the newest that is open, else the newest. */
export const rotationsAnswer = z.object({
  schema,
  rotation: rotationView.nullable(),
  rotations: z.array(rotationView),
});

/** Where the window is asked to be (`Place` of the domain). */
export const placeView = z.discriminatedUnion('at', [
  z.object({ at: z.literal('screen'), screen: z.enum(SCREENS) }),
  z.object({ at: z.literal('approvals') }),
  z.object({ at: z.literal('key'), key: z.string().max(240) }),
  z.object({ at: z.literal('key_id'), id: z.string().regex(PLATFORM_KEY_ID) }),
]);
export const desktopPlaceAnswer = z.object({ schema, place: placeView.nullable() });
/** null: this host cannot, and the window does not offer it. */
export const desktopSettingsAnswer = z.object({
  schema,
  start_at_login: z.boolean().nullable(),
  notifications: z.boolean().nullable(),
  /** The app goes on in the tray when its window is closed. */
  stay_in_tray: z.boolean().nullable(),
});
export type DesktopSettingsView = z.infer<typeof desktopSettingsAnswer>;

export const doneAnswer = z.object({ schema, warnings: z.array(z.string()) });

export const progressAnswer = z.object({
  schema,
  progress: z.object({ done: z.number(), total: z.number(), what: z.string() }).nullable(),
});

export const rotationPlanAnswer = z.object({
  schema,
  runs: z.array(
    z.object({
      env: z.string(),
      auto_rotate_at: nullableText,
      auto_rotate_unlocks: z.boolean(),
      /** null: automatic rotation is off there. */
      next_run_at: nullableText,
      keys: z.array(
        z.object({
          /** `env/name`. */
          key: z.string(),
          due_at: z.string(),
          rotates: z.boolean(),
          /** Why it would not be, null where it would. */
          why: nullableText,
        }),
      ),
    }),
  ),
});
export type RotationPlanView = z.infer<typeof rotationPlanAnswer>;

export const sessionView = z.object({
  platform: z.string(),
  /** null: of all environments. */
  env: nullableText,
  email: z.string(),
  account: nullableText,
  signed_in_at: z.string(),
  /** Of the short-lived token, which is refreshed before. */
  expires_at: z.string(),
});
export type SessionView = z.infer<typeof sessionView>;
export const sessionAnswer = z.object({ schema, session: sessionView });
export const sessionsAnswer = z.object({ schema, sessions: z.array(sessionView) });

export const DEPLOYMENT_KINDS = ['dotenv', 'systemd', 'command', 'process'] as const;
export const deploymentView = z.object({
  /** Enough of its id to name it. */
  id: z.string(),
  /** `env/name`. */
  key: z.string(),
  kind: z.enum(DEPLOYMENT_KINDS),
  label: z.string(),
  path: nullableText,
  variable: nullableText,
  command: z.array(z.string()).nullable(),
  cwd: nullableText,
  give: z.enum(['stdin', 'environment']).nullable(),
  timeout_s: z.number().nullable(),
  created_at: z.string(),
});
export type DeploymentView = z.infer<typeof deploymentView>;
export const deploymentAnswer = z.object({ schema, target: deploymentView, warnings: z.array(z.string()) });
export const deploymentsAnswer = z.object({ schema, targets: z.array(deploymentView) });
export const deploymentTestAnswer = z.object({
  schema,
  targets: z.array(
    deploymentView.extend({
      /** What a rotation would do, with the value masked. */
      detail: z.string(),
      /** Why it could not, null where nothing speaks against it. */
      problem: nullableText,
      holds: z.enum(['this_key', 'another_value', 'nothing', 'unknown']),
    }),
  ),
});
