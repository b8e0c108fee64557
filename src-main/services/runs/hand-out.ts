import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { parseReference, type ReferenceField } from '../../../src-shared/domain/reference.ts';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
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
    await requireApproval(core, call, environment, passphrase);
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
  await requireApproval(core, call, environment, passphrase);
  noteHandedOut(vault, call, [{ key, environment }], 'secret.copy');
  call.attach('value', vault.openValue(key.id));
  return { schema: 1, name: key.meta.name, env: environment.meta.name };
}

/** A vault with open findings is readable but takes no entry; refusing to read would lock people out. */
export function noteHandedOut(
  vault: OpenVault,
  call: Call,
  handedOut: readonly { readonly key: KeyRecord; readonly environment: EnvironmentRecord }[],
  action: string,
  detail = '',
): void {
  if (vault.tamperFindings.length > 0) return;
  vault.transact((tx) => {
    for (const { key, environment } of handedOut) {
      const subject = `${environment.meta.name}/${key.meta.name}`;
      tx.audit({ actor: call.actor, action, subject, detail });
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
  await requireApprovalOf(core, call, choose(), passphrase);
  // A person may have thought about it for a while: what is handed out is what the vault says now.
  const plan = choose();
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

async function requireApprovalOf(
  core: Core,
  call: Call,
  plan: readonly Injection[],
  passphrase: Secret | undefined,
): Promise<void> {
  const values = plan.filter(({ field }) => field === 'value');
  for (const environment of new Set(values.map((injection) => injection.environment))) {
    await requireApproval(core, call, environment, passphrase);
  }
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
