import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { DeploymentView } from '../../../src-shared/contract/views.ts';
import { isReservedVariable } from '../../../src-shared/domain/names.ts';
import type { DeploymentMeta, DeploymentPlace } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import {
  addressOf,
  findKeyById,
  keysIn,
  type KeyRecord,
  requireEnvironment,
  requireKey,
} from '../keys/key-directory.ts';
import { requireApproval } from '../runs/approval.ts';
import { checkFile } from './deploy-to-file.ts';
import {
  type DeploymentRecord,
  deploymentsOf,
  deploymentsOfKey,
  labelOf,
  requireDeployment,
  targetOf,
} from './deployment-records.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
/** So much of an id tells the targets of one key apart. */
const SHOWN_ID = 8;

function toView(vault: OpenVault, record: DeploymentRecord): DeploymentView {
  const { place, keyId } = record.meta;
  const key = findKeyById(vault, keyId as KeyRecord['id']);
  return {
    id: record.id.slice(0, SHOWN_ID),
    key: key === undefined ? '' : addressOf(vault, key),
    kind: place.kind,
    label: labelOf(place),
    path: 'path' in place ? place.path : null,
    variable: 'variable' in place ? place.variable : null,
    command: place.kind === 'command' ? [...place.argv] : null,
    cwd: place.kind === 'command' ? place.cwd : null,
    give: place.kind === 'command' ? place.give : null,
    timeout_s: place.kind === 'command' ? place.timeoutMs / 1000 : null,
    created_at: record.meta.createdAt,
  };
}

/**
 * Puts a place on the list of those that get the new value when the key is rotated. The place must be there.
 * @throws {AppError} APPROVAL_REQUIRED, TARGET_EXISTS, TARGET_NOT_FOUND without the variable, FILE_NOT_FOUND, BAD_FILE,
 *   VARIABLE_RESERVED
 */
export async function addDeployment(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'deployments.add'>, 'passphrase'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'deployments.add'>> {
  const vault = core.vault.require();
  const { key, environment } = requireKey(vault, request.key, request.env);
  // SECURITY: a target is a way out of the vault for every value the key will ever have, so it takes the approval that
  // handing one out takes (test/contract/deployments.test.ts). A person at the unlocked window is the approval.
  if (call.face !== 'window') {
    const terms = { purpose: 'deploy', passphrase, noInput: request.no_input } as const;
    await requireApproval(core, call, [{ key, environment }], terms);
  }
  const place = placeOf(request.place, key);
  requireNotThere(vault, key, place);
  const { fingerprint, warnings } = await look(core, vault, key, place);
  const meta: DeploymentMeta = {
    keyId: key.id,
    place,
    createdAt: new Date(core.now()).toISOString(),
    fingerprint,
  };
  const id = vault.transact((tx) => {
    tx.audit({
      actor: call.actor,
      action: 'deploy.add',
      subject: addressOf(vault, key),
      detail: labelOf(place),
    });
    return tx.put({ kind: 'deployment', environmentId: key.environmentId, meta });
  });
  core.emit('dataChanged', { what: 'keys' });
  return {
    schema: 1,
    target: toView(vault, requireDeployment(vault, id)),
    warnings,
  };
}

function placeOf(wanted: RequestOf<'deployments.add'>['place'], key: KeyRecord): DeploymentPlace {
  if (wanted.kind === 'process') return { kind: 'process' };
  const variable = wanted.variable ?? key.meta.variable;
  if (isReservedVariable(variable)) {
    throw new AppError(
      'VARIABLE_RESERVED',
      `${variable} is never set: it decides what a program runs or loads.`,
      'Name another variable.',
    );
  }
  if (wanted.kind !== 'command') return { kind: wanted.kind, path: wanted.path, variable };
  const { argv, cwd, give } = wanted;
  return { kind: 'command', argv, cwd, give, variable, timeoutMs: wanted.timeout_ms ?? DEFAULT_TIMEOUT_MS };
}

const isSamePlace = (a: DeploymentPlace, b: DeploymentPlace): boolean =>
  a.kind === 'process' || b.kind === 'process' || a.kind === 'command' || b.kind === 'command'
    ? JSON.stringify(a) === JSON.stringify(b)
    : a.path === b.path && a.variable === b.variable;

function requireNotThere(vault: OpenVault, key: KeyRecord, place: DeploymentPlace): void {
  const same = deploymentsOf(vault).find(
    ({ meta }) => isSamePlace(meta.place, place) && (meta.keyId === key.id || 'path' in place),
  );
  if (same === undefined) return;
  const owner = findKeyById(vault, same.meta.keyId as KeyRecord['id']);
  const whose = owner === undefined ? 'a key' : addressOf(vault, owner);
  throw new AppError(
    'TARGET_EXISTS',
    `${labelOf(place)} is a target of ${whose} already.`,
    '`keymolt deploy list` shows all of them.',
  );
}

/** What is there now. */
async function look(
  core: Core,
  vault: OpenVault,
  key: KeyRecord,
  place: DeploymentPlace,
): Promise<{ readonly fingerprint: string | null; readonly warnings: string[] }> {
  if (place.kind === 'process') return { fingerprint: null, warnings: [] };
  if (place.kind === 'command') {
    requireNoValueIn(vault, key, place.argv);
    core.deploymentTools.commands.requireStartable(place.argv, place.cwd);
    return { fingerprint: null, warnings: [] };
  }
  if (place.path === core.home || place.path.startsWith(`${core.home}/`)) {
    throw new AppError('BAD_FILE', `${place.path} is one of Keymolt’s own files.`, 'Name another one.');
  }
  const { fingerprint, facts } = await checkFile(core.deploymentTools.files, vault, place);
  const warnings = [...facts.warnings];
  if (facts.problem !== null) warnings.push(`${facts.problem} A rotation would stop there.`);
  if (fingerprint === null) warnings.push(`${place.variable} is empty there; the next rotation fills it in.`);
  else if (fingerprint !== key.meta.fingerprint) {
    warnings.push(
      `${place.variable} there is not the value of ${addressOf(vault, key)}; the next rotation replaces it.`,
    );
  }
  return { fingerprint, warnings };
}

/** SECURITY: arguments are public; a value typed into the command would be in the process list at every rotation. */
function requireNoValueIn(vault: OpenVault, key: KeyRecord, argv: readonly string[]): void {
  if (!key.hasValue) return;
  const value = vault.openValue(key.id);
  try {
    if (!argv.some((word) => Buffer.from(word).includes(value.expose()))) return;
  } finally {
    value.wipe();
  }
  throw new AppError(
    'BAD_VALUE',
    'The command has the key’s value in its arguments, which every user of the machine can read.',
    'The command gets the value on stdin, or in its environment with --give environment.',
  );
}

export function listDeployments(
  core: Core,
  request: RequestOf<'deployments.list'>,
): ResponseOf<'deployments.list'> {
  const vault = core.vault.require();
  return { schema: 1, targets: chosen(vault, request).map((record) => toView(vault, record)) };
}

function chosen(
  vault: OpenVault,
  { key: name, env }: { readonly key?: string | undefined; readonly env?: string | undefined },
): readonly DeploymentRecord[] {
  if (name !== undefined) return deploymentsOfKey(vault, requireKey(vault, name, env).key.id);
  if (env === undefined) return deploymentsOf(vault);
  const keys = new Set<string>(keysIn(vault, requireEnvironment(vault, env).id).map(({ id }) => id));
  return deploymentsOf(vault).filter(({ meta }) => keys.has(meta.keyId));
}

/** Takes targets off the list; what they hold stays there. @throws {AppError} TARGET_NOT_FOUND, BAD_REQUEST where several fit */
export function removeDeployment(
  core: Core,
  call: Call,
  request: RequestOf<'deployments.remove'>,
): ResponseOf<'deployments.remove'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const all = deploymentsOfKey(vault, key.id);
  const fitting =
    request.target === undefined ? all : all.filter((record) => isMeant(record, request.target ?? ''));
  if (fitting.length === 0) {
    throw new AppError(
      'TARGET_NOT_FOUND',
      `${addressOf(vault, key)} has no such target.`,
      '`keymolt deploy list` shows all of them.',
    );
  }
  if (fitting.length > 1 && request.all !== true) {
    throw new AppError(
      'BAD_REQUEST',
      `${addressOf(vault, key)} has ${fitting.length} targets that fit: ${fitting.map(({ id }) => id.slice(0, SHOWN_ID)).join(', ')}.`,
      'Name one with --target ID, or all of them with --all.',
    );
  }
  const removed = fitting.map((record) => toView(vault, record));
  vault.transact((tx) => {
    for (const { id, meta } of fitting) {
      tx.remove(id);
      tx.audit({
        actor: call.actor,
        action: 'deploy.remove',
        subject: addressOf(vault, key),
        detail: labelOf(meta.place),
      });
    }
  });
  core.emit('dataChanged', { what: 'keys' });
  return { schema: 1, targets: removed };
}

const isMeant = ({ id, meta: { place } }: DeploymentRecord, target: string): boolean =>
  id.startsWith(target) ||
  ('path' in place && (place.path === target || `${place.path}#${place.variable}` === target));

/** What a rotation would change at each target of a key, with the value masked. Changes nothing. */
export async function testDeployments(
  core: Core,
  call: Call,
  request: RequestOf<'deployments.test'>,
): Promise<ResponseOf<'deployments.test'>> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const records = deploymentsOfKey(vault, key.id);
  if (records.length === 0) {
    throw new AppError(
      'TARGET_NOT_FOUND',
      `${addressOf(vault, key)} has no target.`,
      'Put one on the list with `keymolt deploy add`.',
    );
  }
  const working = { vault, actor: call.actor, signal: call.signal };
  const value = vault.openValue(key.id);
  try {
    const targets = [];
    for (const record of records) {
      const target = targetOf(record);
      const { detail, problem } = await core.deployment.plan(target, value, working);
      const held = await core.deployment
        .check(target, working)
        .catch(() => ({ isKnown: false, fingerprint: null }));
      const holds = !held.isKnown
        ? ('unknown' as const)
        : held.fingerprint === null
          ? ('nothing' as const)
          : held.fingerprint === key.meta.fingerprint
            ? ('this_key' as const)
            : ('another_value' as const);
      targets.push({ ...toView(vault, record), detail, problem, holds });
    }
    return { schema: 1, targets };
  } finally {
    value.wipe();
  }
}
