import { isReservedVariable } from '../../../src-shared/domain/names.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { parseReference, type ReferenceField } from '../../../src-shared/domain/reference.ts';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import {
  type EnvironmentRecord,
  keysIn,
  type KeyRecord,
  requireEnvironment,
  requireKey,
} from '../keys/key-directory.ts';
import {
  configuredBaseUrl,
  isSandbox,
  requireDefinition,
  sandboxBaseUrl,
} from '../platforms/platform-settings.ts';

/**
 * Whether the caller may be handed keys of this environment; a right passphrase in the request makes it so.
 * SECURITY: every way a value leaves the core goes through here (test/contract/use-cases.test.ts).
 * @throws {AppError} APPROVAL_REQUIRED, WRONG_PASSWORD
 */
export async function requireApproval(
  core: Core,
  call: Call,
  environment: EnvironmentRecord,
  passphrase: Secret | undefined,
): Promise<void> {
  const { approve, kind, name } = environment.meta;
  if (approve === 'never' || (approve === 'live' && kind === 'test')) return;
  if (core.grants.covers(call.process)) return;
  if (passphrase !== undefined) {
    await core.vault.checkPassphrase(passphrase);
    core.grants.grant(call.process, 'tree');
    return;
  }
  throw new AppError(
    'APPROVAL_REQUIRED',
    `Keys of ${name} are handed out after approval only, and this terminal or process has none.`,
    'Run `keymolt unlock` here, or `keymolt unlock --grant user` once for all your processes.',
  );
}

/** @throws {AppError} KEY_NOT_FOUND for keys that are revoked or lost: their value is of no use */
function requireUsable(key: KeyRecord, environment: EnvironmentRecord): void {
  if (key.meta.status === 'active' || key.meta.status === 'retiring' || key.meta.status === 'pending') return;
  throw new AppError(
    'KEY_NOT_FOUND',
    `${environment.meta.name}/${key.meta.name} is ${key.meta.status}.`,
    'Create or add a key that works, or name another one.',
  );
}

function openField(vault: OpenVault, key: KeyRecord, field: ReferenceField): Secret {
  if (field === 'value') return vault.openValue(key.id);
  const text = { key_id: key.meta.keyId ?? '', prefix: key.meta.prefix, fingerprint: key.meta.fingerprint }[
    field
  ];
  return Secret.fromText(text);
}

export async function readReference(
  core: Core,
  call: Call,
  request: RequestOf<'secrets.read'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'secrets.read'>> {
  const vault = core.vault.require();
  const isReference = request.reference.startsWith('molt://');
  const reference = isReference ? parseReference(request.reference) : undefined;
  const { key, environment } = reference
    ? requireKey(vault, reference.name, reference.env)
    : requireKey(vault, request.reference, request.env);
  const field = reference?.field ?? 'value';
  if (field === 'value') {
    await requireApproval(core, call, environment, passphrase);
    noteHandedOut(vault, call, environment, [key], 'secret.read');
  }
  call.attach('value', openField(vault, key, field));
  return { schema: 1, name: key.meta.name, env: environment.meta.name };
}

export async function copyValueToCaller(
  core: Core,
  call: Call,
  request: RequestOf<'secrets.copyValue'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'secrets.copyValue'>> {
  const vault = core.vault.require();
  const { key, environment } = requireKey(vault, request.key, request.env);
  await requireApproval(core, call, environment, passphrase);
  noteHandedOut(vault, call, environment, [key], 'secret.copy');
  call.attach('value', vault.openValue(key.id));
  return { schema: 1, name: key.meta.name, env: environment.meta.name };
}

/** A vault with open findings is readable but takes no entry; refusing to read would lock people out. */
function noteHandedOut(
  vault: OpenVault,
  call: Call,
  environment: EnvironmentRecord,
  keys: readonly KeyRecord[],
  action: string,
  detail = '',
): void {
  if (vault.tamperFindings.length > 0) return;
  vault.transact((tx) => {
    for (const { meta } of keys) {
      tx.audit({ actor: call.actor, action, subject: `${environment.meta.name}/${meta.name}`, detail });
    }
  });
}

export interface Injection {
  readonly variable: string;
  readonly key: KeyRecord;
  readonly environment: EnvironmentRecord;
  readonly field: ReferenceField;
}

/**
 * Which key goes into which variable (CLI.md, "`run`, exactly").
 * @param only key names; undefined: every active key of the environment
 * @throws {AppError} NOTHING_TO_INJECT, VARIABLE_CONFLICT, VARIABLE_RESERVED, MODE_MISMATCH, KEY_NOT_FOUND, BAD_REFERENCE
 */
export function planInjection(
  vault: OpenVault,
  environment: EnvironmentRecord,
  choice: {
    only: readonly string[] | undefined;
    map: readonly { variable: string; reference: string }[];
    allowLive: boolean;
  },
): readonly Injection[] {
  const chosen = chosenKeys(vault, environment, choice.only);
  const mapped = choice.map.map(({ variable, reference }): Injection => {
    const { env, name, field } = parseReference(reference);
    const found = requireKey(vault, name, env);
    requireUsable(found.key, found.environment);
    return { variable, field, ...found };
  });
  // A mapped variable replaces the default one of the same name: that is what the person typed it for.
  const mappedNames = new Set(mapped.map(({ variable }) => variable));
  const defaults = chosen
    .map((key): Injection => ({ variable: key.meta.variable, key, environment, field: 'value' }))
    .filter(({ variable }) => !mappedNames.has(variable));
  const plan = [...defaults, ...mapped];
  if (plan.length === 0) {
    throw new AppError(
      'NOTHING_TO_INJECT',
      `There is no active key in ${environment.meta.name}.`,
      'Add one with `keymolt key add` or `keymolt key create`, choose another environment with -e, or name keys with --map.',
    );
  }
  requireSafeVariables(plan);
  for (const injection of plan) requireFittingMode(injection, environment, choice.allowLive);
  return plan;
}

function chosenKeys(
  vault: OpenVault,
  environment: EnvironmentRecord,
  only: readonly string[] | undefined,
): readonly KeyRecord[] {
  if (only === undefined) return keysIn(vault, environment.id).filter(({ meta }) => meta.status === 'active');
  return only.map((name) => {
    const { key } = requireKey(vault, name, environment.meta.name);
    requireUsable(key, environment);
    return key;
  });
}

function requireSafeVariables(plan: readonly Injection[]): void {
  const byVariable = new Map<string, Injection>();
  for (const injection of plan) {
    const { variable } = injection;
    if (isReservedVariable(variable)) {
      throw new AppError(
        'VARIABLE_RESERVED',
        `${variable} is never set: it decides what a program runs or loads.`,
        'Give the key another variable with `keymolt key edit NAME --var OTHER`.',
      );
    }
    const other = byVariable.get(variable);
    if (other !== undefined) {
      const names = [other, injection]
        .map(({ key, environment }) => `${environment.meta.name}/${key.meta.name}`)
        .join(' and ');
      throw new AppError(
        'VARIABLE_CONFLICT',
        `${names} would both be ${variable}.`,
        'Choose one with --only NAME, or give one another variable with `keymolt key edit NAME --var OTHER`.',
      );
    }
    byVariable.set(variable, injection);
  }
}

/** SECURITY: a live key in a test environment, or the other way round, is how test runs reach production. */
function requireFittingMode(
  { key, environment: home, field }: Injection,
  target: EnvironmentRecord,
  allowLive: boolean,
): void {
  if (allowLive || field !== 'value') return;
  const mode = key.meta.mode === 'unknown' ? home.meta.kind : key.meta.mode;
  if (mode === target.meta.kind) return;
  throw new AppError(
    'MODE_MISMATCH',
    `${home.meta.name}/${key.meta.name} is a ${mode} key, and ${target.meta.name} is an environment of kind ${target.meta.kind}.`,
    'Choose the right environment with -e, or add --allow-live if you mean it.',
  );
}

export async function prepareRun(
  core: Core,
  call: Call,
  request: RequestOf<'secrets.prepareRun'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'secrets.prepareRun'>> {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, request.env);
  const plan = planInjection(vault, environment, {
    only: request.only,
    map: request.map,
    allowLive: request.allow_live,
  });
  for (const source of new Set(plan.map((injection) => injection.environment))) {
    await requireApproval(core, call, source, passphrase);
  }
  const runId = core.randomBytes(9).toString('base64url');
  const { pid, startTicks } = call.process ?? { pid: 0, startTicks: 0 };
  core.runs.add({
    runId,
    pid,
    startTicks,
    command: request.command,
    cwd: request.cwd,
    env: environment.meta.name,
    since: new Date(core.now()).toISOString(),
    keys: heldKeys(plan),
  });
  core.emit('dataChanged', { what: 'runs' });
  noteHandedOut(
    vault,
    call,
    environment,
    plan.map(({ key }) => key),
    'run',
    request.command,
  );
  for (const { variable, key, field } of plan) call.attach(variable, openField(vault, key, field));
  return {
    schema: 1,
    run_id: runId,
    env: environment.meta.name,
    api_base: await commonBaseUrl(core, vault, plan),
    variables: plan.map((injection) => ({
      variable: injection.variable,
      key: `${injection.environment.meta.name}/${injection.key.meta.name}`,
      fingerprint: injection.key.meta.fingerprint,
      public_prefix:
        injection.field === 'value'
          ? publicPart(requireDefinition(core, vault, injection.key.meta.platform), injection.key.meta.prefix)
          : null,
    })),
  };
}

/** The part of a key that everybody may see: its format's prefix, as far as the shown beginning tells. */
export const publicPart = ({ keyFormats }: PlatformDefinition, shown: string): string =>
  keyFormats
    .map(({ prefix }) => prefix)
    .filter((prefix) => shown.startsWith(prefix) || prefix.startsWith(shown))
    .reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), '');

export const heldKeys = (plan: readonly Injection[]) =>
  plan
    .filter(({ field }) => field === 'value')
    .map(({ key, environment }) => ({
      id: key.id,
      address: `${environment.meta.name}/${key.meta.name}`,
      fingerprint: key.meta.fingerprint,
    }));

/** The address all keys of a run share, or null: a child cannot use one variable for two platforms. */
export async function commonBaseUrl(
  core: Core,
  vault: OpenVault,
  plan: readonly Injection[],
): Promise<string | null> {
  const addresses = new Set<string | null>();
  for (const { key, environment } of plan) {
    const { platform } = key.meta;
    if (isSandbox(platform)) {
      const info = await core.sandbox.find();
      addresses.add(info === undefined ? null : sandboxBaseUrl(info, platform));
    } else {
      addresses.add(
        configuredBaseUrl(vault, requireDefinition(core, vault, platform), environment.meta.name),
      );
    }
  }
  const [only] = addresses;
  return addresses.size === 1 ? (only ?? null) : null;
}

/** For `run`'s conflict line: whether an inherited value is one the vault knows, without ever showing it. */
export const fingerprintValue = (core: Core, value: Secret): ResponseOf<'secrets.fingerprint'> => ({
  schema: 1,
  fingerprint: core.vault.require().fingerprint(value.expose()),
});
