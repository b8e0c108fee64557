import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { parseReference, type ReferenceField } from '../../../src-shared/domain/references/reference.ts';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import {
  type EnvironmentRecord,
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
import { requireApproval } from './approval.ts';
import { heldKeys, type Injection, planInjection } from './plan-injection.ts';

export function openField(vault: OpenVault, key: KeyRecord, field: ReferenceField): Secret {
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
    await requireApproval(core, call, [{ key, environment }], {
      purpose: 'read',
      passphrase,
      noInput: request.no_input,
    });
    noteHandedOut(vault, call, [{ key, environment }], 'secret.read');
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
  await requireApproval(core, call, [{ key, environment }], {
    purpose: 'copy',
    passphrase,
    noInput: request.no_input,
  });
  noteHandedOut(vault, call, [{ key, environment }], 'secret.copy');
  call.attach('value', vault.openValue(key.id));
  return { schema: 1, name: key.meta.name, env: environment.meta.name };
}

/**
 * Notes it before the value leaves. A vault with open findings is readable but takes no entry; refusing to read would
 * lock people out.
 */
export function noteHandedOut(
  vault: OpenVault,
  { actor }: Pick<Call, 'actor'>,
  handedOut: readonly { readonly key: KeyRecord; readonly environment: EnvironmentRecord }[],
  action: string,
  detail = '',
): void {
  if (vault.tamperFindings.length > 0) return;
  vault.transact((tx) => {
    for (const { key, environment } of handedOut) {
      const subject = `${environment.meta.name}/${key.meta.name}`;
      tx.audit({ actor, action, subject, detail });
    }
  });
}

export async function prepareRun(
  core: Core,
  call: Call,
  request: RequestOf<'secrets.prepareRun'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'secrets.prepareRun'>> {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, request.env);
  const choose = (): readonly Injection[] =>
    planInjection(vault, environment, {
      only: request.only,
      map: request.map,
      allowLive: request.allow_live,
    });
  const wanted = choose().filter(({ field }) => field === 'value');
  if (!isRestartOf(core, call, request.replaces, wanted)) {
    const { command, no_input: noInput } = request;
    await requireApproval(core, call, wanted, { purpose: 'run', command, passphrase, noInput });
  }
  // A person may have thought about it for a while: what is handed out is what the vault says now.
  const plan = choose();
  requireNoMore(plan, wanted);
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
    watches: request.watch === true,
  });
  if (request.replaces !== undefined) {
    core.watches.replaced(request.replaces, runId);
    core.runs.end(request.replaces);
  }
  core.emit('dataChanged', { what: 'runs' });
  const values = plan.filter(({ field }) => field === 'value');
  noteHandedOut(vault, call, values, 'run', request.command);
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

/**
 * A command that follows changes asks for the same keys again: it has them already, in an older form. Any other key,
 * and any other process, needs an approval of its own.
 */
function isRestartOf(
  core: Core,
  call: Call,
  runId: string | undefined,
  wanted: readonly Injection[],
): boolean {
  const run = runId === undefined ? undefined : core.runs.find(runId);
  if (run?.watches !== true || call.process === null) return false;
  const { pid, startTicks } = call.process;
  return (
    run.pid === pid &&
    run.startTicks === startTicks &&
    wanted.every(({ key }) => run.keys.some(({ id }) => id === key.id))
  );
}

/** @throws {AppError} APPROVAL_REQUIRED where a key was added while somebody thought about the others */
function requireNoMore(plan: readonly Injection[], approved: readonly Injection[]): void {
  const added = plan.find(
    ({ field, key }) => field === 'value' && !approved.some((one) => one.key.id === key.id),
  );
  if (added === undefined) return;
  throw new AppError(
    'APPROVAL_REQUIRED',
    `${added.environment.meta.name}/${added.key.meta.name} was added meanwhile.`,
    'Start the command again.',
  );
}

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
