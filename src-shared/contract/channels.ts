import { z } from 'zod';
import { sourcesFact } from '../domain/diagnosis/facts.ts';
import {
  absolutePath,
  days,
  durationMs,
  environmentName,
  filePath,
  keyMetadata,
  keyName,
  keyReference,
  keyValue,
  MOST_REFERENCES,
  passphrase,
  platformId,
  secretBytes,
  shortText,
  variableName,
} from './fields.ts';
import { MAX_ENV_FILE_BYTES } from '../domain/env-file/env-text.ts';
import { TIMELINE_KINDS } from '../domain/key-timeline.ts';
import { importPreviewAnswer, importTakenAnswer } from './imports.ts';
import { SCREENS } from '../domain/place.ts';
import { handsOutSecrets, type Method, shared, sharedWithSecret, socketOnly, windowOnly } from './method.ts';
import { preferencesAnswer, preferencesChange } from './preferences.ts';
import {
  APPROVAL_DECISIONS,
  APPROVALS,
  approvalsAnswer,
  auditExportAnswer,
  auditListAnswer,
  auditVerifyAnswer,
  doctorAnswer,
  deploymentAnswer,
  deploymentsAnswer,
  deploymentTestAnswer,
  desktopPlaceAnswer,
  desktopSettingsAnswer,
  doneAnswer,
  ENVIRONMENT_KINDS,
  environmentAnswer,
  environmentsAnswer,
  inspectedValueView,
  keyAnswer,
  keysAnswer,
  keysCreatedAnswer,
  keysRevokedAnswer,
  launchProfileAnswer,
  launchProfilesAnswer,
  limitsAnswer,
  platformAnswer,
  platformShowAnswer,
  platformCheckAnswer,
  platformsAnswer,
  progressAnswer,
  rotationAnswer,
  rotationsAnswer,
  rotationPlanAnswer,
  runOutputAnswer,
  sandboxAnswer,
  sessionAnswer,
  sessionsAnswer,
  statusView,
  syncAnswer,
  windowRunAnswer,
  windowRunsAnswer,
} from './views.ts';

const schema = z.literal(1);
const nothing = z.strictObject({});
const env = environmentName.optional();
const keyTarget = z.strictObject({ key: keyReference, env });
/** How long the answer waits for the rotation to be over or to stand still; absent: as long as that takes. */
const waitMs = z.number().int().min(0).max(86_400_000).optional();
/** `no_input`: fail at once where a person would have to be asked. */
const approval = { passphrase: passphrase.optional(), no_input: z.boolean().optional() };
const windowRunId = z.string().max(64);
const terminalSize = z.strictObject({
  columns: z.number().int().min(2).max(1000),
  rows: z.number().int().min(1).max(500),
});
const commandToRun = {
  env: environmentName,
  command: z.array(z.string().max(4096)).min(1).max(200),
  cwd: filePath.optional(),
  keys: z.array(keyName).max(100),
  /** Starts anew when one of its keys has another value. */
  watch: z.boolean().optional(),
};
const actorDetail = { operation_id: z.string().max(64).optional() };

/**
 * THE list of what can be asked of the core: namespace → method. Channel names, the preload object,
 * the page's types, the socket's methods, the handlers' types and the run-time checks all come from it.
 */
export const contract = {
  vault: {
    status: shared('nothing', nothing, statusView),
    /**
     * The answer's `recovery_code` opens the vault like the passphrase does and is shown this once. To the window it is
     * text, the one secret that goes there: no key value ever does (docs/SECURITY.md). To the socket it goes as bytes
     * beside the answer, and is null here: text cannot be wiped.
     */
    create: sharedWithSecret(
      'nothing',
      z.strictObject({ passphrase }),
      z.object({ schema, recovery_code: z.string().nullable() }),
    ),
    unlock: shared(
      'vault',
      z.strictObject({
        with: z.enum(['passphrase', 'keychain', 'recovery']),
        secret: passphrase.optional(),
        for_ms: durationMs.optional(),
        grant: z.enum(['tree', 'user']).optional(),
      }),
      doneAnswer,
    ),
    lock: shared('nothing', nothing, doneAnswer),
    changePassphrase: shared(
      'vault',
      z.strictObject({
        current: passphrase,
        current_is: z.enum(['passphrase', 'recovery']),
        next: passphrase,
      }),
      doneAnswer,
    ),
    setKeychain: shared('unlocked', z.strictObject({ enabled: z.boolean() }), doneAnswer),
    backup: shared(
      'vault',
      z.strictObject({ path: filePath }),
      z.object({ schema, path: z.string(), bytes: z.number() }),
    ),
    restore: shared(
      'nothing',
      z.strictObject({ path: filePath, replace: z.boolean() }),
      z.object({ schema, kept: z.string().nullable() }),
    ),
    /** Tells the core that a person is there, so that the idle lock starts over. */
    touch: windowOnly('nothing', nothing, doneAnswer),
  },
  agent: {
    /** Closes the vault and ends the process; the answer comes before the end. */
    stop: socketOnly('nothing', nothing, doneAnswer),
    /** A desktop app takes over: lock, give up the vault lock and the socket, end. */
    handOver: socketOnly('nothing', nothing, doneAnswer),
  },
  /** Requests for keys that wait for a person. Only a page may answer: a process could allow itself everything. */
  approvals: {
    /** A page that asks this shows what it is told, and is told of changes by `approvalsChanged`. */
    list: windowOnly('nothing', nothing, approvalsAnswer),
    answer: windowOnly(
      'unlocked',
      z.strictObject({
        id: z.string().max(64),
        revision: z.number().int().min(0),
        decision: z.enum(APPROVAL_DECISIONS),
      }),
      doneAnswer,
    ),
  },
  environments: {
    list: shared('unlocked', nothing, environmentsAnswer),
    add: shared(
      'unlocked',
      z.strictObject({ name: environmentName, kind: z.enum(ENVIRONMENT_KINDS) }),
      environmentAnswer,
    ),
    set: shared(
      'unlocked',
      z.strictObject({
        name: environmentName,
        approve: z.enum(APPROVALS).optional(),
        rotate_every_days: days.nullable().optional(),
        auto_rotate_at: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
          .nullable()
          .optional(),
        /** At the hour, a locked vault is opened by its keychain slot. */
        auto_rotate_unlocks: z.boolean().optional(),
        /** Needed to change `approve`, and to allow `auto_rotate_unlocks`. */
        passphrase: passphrase.optional(),
      }),
      environmentAnswer,
    ),
  },
  platforms: {
    list: shared('unlocked', nothing, platformsAnswer),
    show: shared('unlocked', z.strictObject({ id: platformId }), platformShowAnswer),
    set: shared(
      'unlocked',
      z.strictObject({
        id: platformId,
        env,
        // null takes a setting back: what the definition says holds again.
        base_url: z.string().max(2048).nullable().optional(),
        tier: z.string().max(64).nullable().optional(),
        firebase_sign_in_url: z.string().max(2048).nullable().optional(),
        firebase_token_url: z.string().max(2048).nullable().optional(),
        egress_echo_url: z.string().max(2048).nullable().optional(),
        ca_file: filePath.nullable().optional(),
        /** A new host for live keys or sign-ins needs the passphrase, or `confirmed` from `--no-input --yes`. */
        passphrase: passphrase.optional(),
        confirmed: z.boolean().optional(),
      }),
      platformAnswer,
    ),
    /** `definition` is the text of a definition file (JSON). */
    importDefinition: shared(
      'unlocked',
      z.strictObject({ definition: z.string().max(60_000) }),
      platformShowAnswer,
    ),
    check: shared('unlocked', z.strictObject({ id: platformId, env }), platformCheckAnswer),
  },
  keys: {
    list: shared(
      'unlocked',
      z.strictObject({
        env,
        platform: platformId.optional(),
        due_within_days: z.number().int().min(0).max(3650).optional(),
        unused_days: z.number().int().min(0).max(3650).optional(),
        owner: shortText.optional(),
      }),
      keysAnswer,
    ),
    show: shared('unlocked', keyTarget, keyAnswer),
    add: shared(
      'unlocked',
      z.strictObject({
        name: keyName,
        env,
        platform: platformId,
        value: keyValue,
        key_id: z.string().min(1).max(200).optional(),
        metadata: keyMetadata.optional(),
      }),
      keyAnswer,
    ),
    create: shared(
      'unlocked',
      z.strictObject({
        name: keyName,
        env,
        platform: platformId,
        using: keyReference.optional(),
        count: z.number().int().min(1).max(200).optional(),
        metadata: keyMetadata.optional(),
        ...actorDetail,
      }),
      keysCreatedAnswer,
    ),
    edit: shared(
      'unlocked',
      z.strictObject({
        key: keyReference,
        env,
        value: keyValue.optional(),
        key_id: z.string().min(1).max(200).nullable().optional(),
        metadata: keyMetadata.optional(),
      }),
      keyAnswer,
    ),
    /** Puts the value on the clipboard from within the core, and takes it off again after `clears_in_ms`. */
    copy: windowOnly(
      'unlocked',
      keyTarget,
      z.object({
        schema,
        clears_in_ms: z.number(),
        /** Whether clipboard histories were told to keep nothing of it. */
        kept_out_of_history: z.boolean(),
      }),
    ),
    test: shared('unlocked', keyTarget, keyAnswer),
    /** What happened to it, newest first. `is_whole` false: the log goes further back than was looked. */
    timeline: windowOnly(
      'unlocked',
      keyTarget,
      z.object({
        schema,
        events: z.array(
          z.object({
            at: z.string(),
            kind: z.enum(TIMELINE_KINDS),
            detail: z.string(),
            actor: z.string().nullable(),
            times: z.number(),
          }),
        ),
        is_whole: z.boolean(),
      }),
    ),
    /** Revokes on the platform and verifies it. `confirm` repeats the key's name, typed by the person. */
    revoke: shared(
      'unlocked',
      z.strictObject({ key: keyReference, env, confirm: z.string().max(240) }),
      keyAnswer,
    ),
    revokeAll: shared(
      'unlocked',
      z.strictObject({ env: environmentName, confirm: z.string().max(240), ...actorDetail }),
      keysRevokedAnswer,
    ),
    /** Several keys by name. `confirm` is how many, as the person typed it. */
    revokeMany: shared(
      'unlocked',
      z.strictObject({
        keys: z.array(keyReference).min(1).max(500),
        env,
        confirm: z.string().max(240),
        ...actorDetail,
      }),
      keysRevokedAnswer,
    ),
    /** Takes the key out of the vault; the platform is not told. `confirm` as for `revoke`. */
    forget: shared(
      'unlocked',
      z.strictObject({ key: keyReference, env, confirm: z.string().max(240) }),
      doneAnswer,
    ),
  },
  /** Keys out of a file of variables that a person dropped on the window. */
  imports: {
    /**
     * The file goes in once and is kept until it is taken, given up, or a few minutes have passed; what comes back has no value.
     * `platform` narrows what keys are looked for.
     */
    preview: windowOnly(
      'unlocked',
      z.strictObject({
        file: secretBytes(MAX_ENV_FILE_BYTES),
        env,
        platform: platformId.optional(),
      }),
      importPreviewAnswer,
    ),
    /** Stores the chosen ones. What fails stays in the preview, so that it can be put right. */
    take: windowOnly(
      'unlocked',
      z.strictObject({
        import_id: z.string().max(64),
        items: z
          .array(z.strictObject({ at: z.number().int().min(0), name: keyName, platform: platformId }))
          .min(1)
          .max(1000),
      }),
      importTakenAnswer,
    ),
    discard: windowOnly('nothing', nothing, doneAnswer),
  },
  preferences: {
    get: windowOnly('unlocked', nothing, preferencesAnswer),
    set: windowOnly('unlocked', preferencesChange, preferencesAnswer),
  },
  reports: {
    /** Saves the keys as a table, or what the page shows for print as a document, where the person says. null: they changed their mind. */
    save: windowOnly(
      'unlocked',
      z.strictObject({ as: z.enum(['csv', 'pdf']), env }),
      z.object({ schema, path: z.string().nullable() }),
    ),
  },
  secrets: {
    /** One field of one reference. Attaches `value`. Needs a grant for a live environment. */
    read: handsOutSecrets(
      z.strictObject({ reference: z.string().min(1).max(300), env, ...approval }),
      z.object({ schema, name: z.string(), env: z.string() }),
    ),
    /**
     * Many references for `inject` and `resolve`, in one request. Attaches each value under its place in
     * `references`; what cannot be had has an error in its place instead.
     */
    resolve: handsOutSecrets(
      z.strictObject({
        references: z.array(z.string().min(1).max(300)).min(1).max(MOST_REFERENCES),
        purpose: z.enum(['inject', 'resolve']),
        ...approval,
      }),
      z.object({
        schema,
        results: z.array(
          z.object({
            /** `env/name`. */
            key: z.string().nullable(),
            error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
          }),
        ),
      }),
    ),
    /** For the clipboard of a CLI user: the same rules as `read`. */
    copyValue: handsOutSecrets(
      z.strictObject({ key: keyReference, env, ...approval }),
      z.object({ schema, name: z.string(), env: z.string() }),
    ),
    /**
     * What a child process is to get. Attaches one value for each entry of `variables`, under the variable's name.
     * Registers the calling process as a run that holds these keys.
     */
    prepareRun: handsOutSecrets(
      z.strictObject({
        env,
        only: z.array(keyName).max(500).optional(),
        map: z.array(z.strictObject({ variable: variableName, reference: z.string().max(300) })).max(500),
        allow_live: z.boolean(),
        command: z.string().max(300),
        cwd: filePath,
        /** Will wait for news with `runs.watch`, and ask anew. */
        watch: z.boolean().optional(),
        /** The run whose place this one takes, for a command that starts anew. */
        replaces: z.string().max(64).optional(),
        ...approval,
      }),
      z.object({
        schema,
        run_id: z.string(),
        env: z.string(),
        /** The platforms' base URL, null where the keys differ in it. */
        api_base: z.string().nullable(),
        variables: z.array(
          z.object({
            variable: z.string(),
            key: z.string(),
            fingerprint: z.string(),
            /** The part of the value that everybody may see; null where the variable holds no value but another field. */
            public_prefix: z.string().nullable(),
          }),
        ),
      }),
    ),
    /** Whether bytes equal a value the vault knows, by fingerprint. */
    fingerprint: socketOnly(
      'unlocked',
      z.strictObject({ value: keyValue }),
      z.object({ schema, fingerprint: z.string() }),
    ),
  },
  runs: {
    /** The wrapper's child has ended. */
    ended: socketOnly('nothing', z.strictObject({ run_id: z.string().max(64) }), doneAnswer),
    /**
     * Waits until a run of `prepareRun` with `watch` is to start anew: `changed` names the keys that have another
     * value, and is empty where a rotation asks for it. `closing`: this process gives up its socket.
     */
    watch: socketOnly(
      'nothing',
      z.strictObject({ run_id: z.string().max(64) }),
      z.object({ schema, news: z.enum(['restart', 'closing']), changed: z.array(z.string()) }),
    ),
    /** The commands started in a window, the running and the last of those that ended. */
    list: windowOnly('unlocked', nothing, windowRunsAnswer),
    /** Starts a command on a terminal; its output comes as `runOutput` events, masked in the core. */
    launch: windowOnly('unlocked', z.strictObject({ ...commandToRun, size: terminalSize }), windowRunAnswer),
    /** Ends it where it still runs, and starts it with the values of now. It keeps its id. */
    restart: windowOnly('unlocked', z.strictObject({ id: windowRunId }), windowRunAnswer),
    /** TERM to it and all it started, KILL some seconds later; with `now` KILL at once. */
    stop: windowOnly('nothing', z.strictObject({ id: windowRunId, now: z.boolean().optional() }), doneAnswer),
    /** The end of what it has printed; from there on as `runOutput` events. */
    output: windowOnly('unlocked', z.strictObject({ id: windowRunId }), runOutputAnswer),
    /** Up to where the page has drawn: a command that prints faster waits, as it would for a terminal. */
    drawn: windowOnly(
      'nothing',
      z.strictObject({ id: windowRunId, offset: z.number().int().min(0) }),
      doneAnswer,
    ),
    /** Keys as they were typed. */
    type: windowOnly(
      'unlocked',
      z.strictObject({ id: windowRunId, text: z.string().min(1).max(65_536) }),
      doneAnswer,
    ),
    resize: windowOnly('nothing', z.strictObject({ id: windowRunId, size: terminalSize }), doneAnswer),
    /** Takes an ended one off the list. */
    dismiss: windowOnly('nothing', z.strictObject({ id: windowRunId }), doneAnswer),
  },
  /**
   * Commands that are kept to be started again. Only a page may keep one: a process could put a command of its own behind
   * a name that a person trusts.
   */
  profiles: {
    list: windowOnly('unlocked', nothing, launchProfilesAnswer),
    /** With an `id` it takes the place of that one. */
    save: windowOnly(
      'unlocked',
      z.strictObject({ id: z.string().max(64).optional(), name: shortText.min(1).max(80), ...commandToRun }),
      launchProfileAnswer,
    ),
    remove: windowOnly('unlocked', z.strictObject({ id: z.string().max(64) }), doneAnswer),
    start: windowOnly(
      'unlocked',
      z.strictObject({ id: z.string().max(64), size: terminalSize }),
      windowRunAnswer,
    ),
  },
  rotations: {
    /** `value` is for a cut-over platform: what the person regenerated there. */
    start: shared(
      'unlocked',
      z.strictObject({
        key: keyReference,
        env,
        value: keyValue.optional(),
        lost: z.boolean().optional(),
        no_deploy_check: z.boolean().optional(),
        quiet_ms: z.number().int().min(0).max(3_600_000).optional(),
        wait_ms: waitMs,
      }),
      rotationAnswer,
    ),
    list: shared('unlocked', z.strictObject({ env }), rotationsAnswer),
    /** What automatic rotation would do at its next hour. Rotates nothing. */
    plan: shared('unlocked', z.strictObject({ env }), rotationPlanAnswer),
    show: shared('unlocked', keyTarget, rotationAnswer),
    /** Joins one that is running. */
    resume: shared(
      'unlocked',
      z.strictObject({
        key: keyReference,
        env,
        value: keyValue.optional(),
        no_deploy_check: z.boolean().optional(),
        wait_ms: waitMs,
      }),
      rotationAnswer,
    ),
    abort: shared('unlocked', z.strictObject({ key: keyReference, env, wait_ms: waitMs }), rotationAnswer),
  },
  sessions: {
    /** Signs a person in. The tokens stay in the vault; the password is kept nowhere. */
    signIn: shared(
      'unlocked',
      z.strictObject({
        platform: platformId.optional(),
        env,
        email: shortText.min(3).max(320),
        password: passphrase,
      }),
      sessionAnswer,
    ),
    list: shared('unlocked', nothing, sessionsAnswer),
    signOut: shared(
      'unlocked',
      z.strictObject({ platform: platformId.optional(), env, email: shortText.optional() }),
      sessionsAnswer,
    ),
  },
  deployments: {
    /** Where a key is used. For a live environment it needs a grant: every later value of the key goes there. */
    add: shared(
      'unlocked',
      z.strictObject({
        key: keyReference,
        env,
        place: z.discriminatedUnion('kind', [
          z.strictObject({
            kind: z.enum(['dotenv', 'systemd']),
            path: absolutePath,
            variable: variableName.optional(),
          }),
          z.strictObject({
            kind: z.literal('command'),
            argv: z.array(z.string().max(4096)).min(1).max(100),
            cwd: absolutePath,
            give: z.enum(['stdin', 'environment']),
            variable: variableName.optional(),
            timeout_ms: z.number().int().min(1000).max(3_600_000).optional(),
          }),
          z.strictObject({ kind: z.literal('process') }),
        ]),
        ...approval,
      }),
      deploymentAnswer,
    ),
    list: shared('unlocked', z.strictObject({ key: keyReference.optional(), env }), deploymentsAnswer),
    /** `target`: an id or the beginning of one, a path, or `path#VARIABLE`. What the places hold stays there. */
    remove: shared(
      'unlocked',
      z.strictObject({
        key: keyReference,
        env,
        target: z.string().min(4).max(4500).optional(),
        all: z.boolean().optional(),
      }),
      deploymentsAnswer,
    ),
    /** What a rotation would change, values masked. Changes nothing and runs no command. */
    test: shared('unlocked', keyTarget, deploymentTestAnswer),
  },
  sync: {
    run: shared(
      'unlocked',
      z.strictObject({ platform: platformId.optional(), env, ...actorDetail }),
      syncAnswer,
    ),
  },
  limits: {
    list: shared(
      'unlocked',
      z.strictObject({
        key: keyReference.optional(),
        env,
        /** Somebody watches: ask the platform where a key in use has said nothing for a minute. */
        watch: z.boolean().optional(),
      }),
      limitsAnswer,
    ),
  },
  doctor: {
    /**
     * Why a key fails, and what to type. Without `key` and without `sources`: all keys of the environment, or of all.
     * Changes nothing on a platform, unless `method` says so.
     */
    run: shared(
      'unlocked',
      z.strictObject({
        key: keyReference.optional(),
        env,
        offline: z.boolean().optional(),
        method: z
          .string()
          .regex(/^[A-Z]{3,10}$/)
          .optional(),
        path: z.string().min(1).max(300).optional(),
        /** What the asking shell holds, by fingerprint. */
        sources: sourcesFact.optional(),
        /** The value that the asking program would use, where it is not the vault's. */
        value: keyValue.optional(),
        proxies: z
          .strictObject({
            https: z.string().max(300).nullable(),
            http: z.string().max(300).nullable(),
            all: z.string().max(300).nullable(),
            none: z.string().max(2000),
          })
          .optional(),
        ...actorDetail,
      }),
      doctorAnswer,
    ),
    /** Which key of the vault a value is, and what is odd about its text. The value goes in, and never back. */
    inspectValue: socketOnly(
      'unlocked',
      z.strictObject({ value: keyValue, key: keyReference.optional(), env }),
      inspectedValueView,
    ),
    /** Takes blanks, quotes and look-alikes out of a stored value, where the rest is as it should be. */
    cleanValue: shared('unlocked', keyTarget, keyAnswer),
  },
  audit: {
    list: shared(
      'unlocked',
      z.strictObject({
        limit: z.number().int().min(1).max(10_000).optional(),
        before_seq: z.number().int().min(1).optional(),
        env,
      }),
      auditListAnswer,
    ),
    verify: shared('unlocked', nothing, auditVerifyAnswer),
    /** A stretch of the log, oldest first, each entry held against the one before. */
    export: shared(
      'unlocked',
      z.strictObject({ after_seq: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
      auditExportAnswer,
    ),
    /** Records that a found break was looked at. Erases nothing. */
    accept: shared('unlocked', nothing, doneAnswer),
  },
  sandbox: {
    start: shared(
      'nothing',
      z.strictObject({
        port: z.number().int().min(0).max(65_535).optional(),
        tier: z.string().max(16).optional(),
      }),
      sandboxAnswer,
    ),
    stop: shared('nothing', nothing, doneAnswer),
    /** The window's first try: starts the sandbox and creates a first key on it. */
    tryIt: windowOnly('unlocked', nothing, keyAnswer),
  },
  /** The window itself: where it is, and how it lives with the person's desktop. */
  desktop: {
    settings: windowOnly('nothing', nothing, desktopSettingsAnswer),
    set: windowOnly(
      'nothing',
      z.strictObject({
        start_at_login: z.boolean().optional(),
        notifications: z.boolean().optional(),
        stay_in_tray: z.boolean().optional(),
      }),
      desktopSettingsAnswer,
    ),
    /** Where the page is asked to be; once. One that has just loaded begins, unless asked, where the window was left. */
    place: windowOnly('nothing', z.strictObject({ is_new_page: z.boolean() }), desktopPlaceAnswer),
    /** Where the person is, for the next start. */
    remember: windowOnly('nothing', z.strictObject({ screen: z.enum(SCREENS) }), doneAnswer),
    /** The recovery code is on screen, or no longer: screenshots and screen sharing show nothing of the window meanwhile. */
    protectScreen: windowOnly('nothing', z.strictObject({ on: z.boolean() }), doneAnswer),
  },
  operations: {
    cancel: shared('nothing', z.strictObject({ operation_id: z.string().max(64) }), doneAnswer),
    /** For the command line, which hears no events; null: nothing to tell yet, or it is over. */
    progress: socketOnly('nothing', z.strictObject({ operation_id: z.string().max(64) }), progressAnswer),
  },
} as const satisfies Record<string, Record<string, Method>>;

export type Contract = typeof contract;
export type Namespace = keyof Contract;

/** `keys.list`, `vault.unlock`, …: derived, never written by hand. */
export type ChannelName = {
  [N in Namespace]: `${N}.${Extract<keyof Contract[N], string>}`;
}[Namespace];

type MethodOf<C extends ChannelName> = C extends `${infer N extends Namespace}.${infer M}`
  ? M extends keyof Contract[N]
    ? Contract[N][M]
    : never
  : never;

export type RequestOf<C extends ChannelName> = MethodOf<C> extends Method<infer R> ? z.infer<R> : never;
export type ResponseOf<C extends ChannelName> =
  MethodOf<C> extends Method<z.ZodType, infer R> ? z.infer<R> : never;

export const CHANNELS: ReadonlyMap<string, Method> = new Map(
  Object.entries(contract).flatMap(([namespace, methods]) =>
    Object.entries(methods as Record<string, Method>).map(
      ([name, method]) => [`${namespace}.${name}`, method] as const,
    ),
  ),
);

/** The channels that a page may call. */
export const WINDOW_CHANNELS: readonly string[] = [...CHANNELS]
  .filter(([, method]) => method.faces.includes('window'))
  .map(([name]) => name);
