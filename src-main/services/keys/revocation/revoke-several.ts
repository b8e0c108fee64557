import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import type { ReportProgress } from '../../operations.ts';
import { type Asker, findAsker, keyAsker } from '../../platforms/authentication.ts';
import { PacedCalls } from '../../platforms/paced-calls.ts';
import { platformTarget } from '../../platforms/platform-settings.ts';
import { addressOf, type EnvironmentRecord, type KeyRecord } from '../key-directory.ts';
import { revokeAndVerify } from './revocation.ts';

/** Enough to hide the way to the platform and back, few enough not to look like an attack on it. */
const AT_ONCE = 8;

export interface KeyInEnvironment {
  readonly key: KeyRecord;
  readonly environment: EnvironmentRecord;
}

export interface RevocationOutcome {
  /** `env/name`. */
  readonly address: string;
  /** null: the platform refuses the key. */
  readonly problem: AppError | null;
}

/**
 * Revokes keys, several at once, and verifies each. Who asks is, for keys of the same account, a key that is not among them,
 * else the human session, else one of them, which then goes last.
 * @returns what became of each, in the order given; throws for nothing but a mistake of ours
 */
export async function revokeSeveral(
  core: Core,
  call: Call,
  vault: OpenVault,
  keys: readonly KeyInEnvironment[],
  how: { readonly signal: AbortSignal; readonly progress: ReportProgress },
): Promise<RevocationOutcome[]> {
  const problems = new Map<string, AppError | null>();
  const note = (key: KeyRecord, problem: AppError | null): void => {
    problems.set(key.id, problem);
    how.progress({ done: problems.size, total: keys.length, what: addressOf(vault, key) });
  };
  try {
    await Promise.all(
      groupsOf(keys).map((group) => revokeGroup(core, call, vault, group, keys, how.signal, note)),
    );
  } finally {
    // Once for all: it rewrites the file's tail each time.
    if (core.vault.file.opened === vault) vault.checkpoint();
  }
  return keys.map(({ key, environment }) => ({
    address: `${environment.meta.name}/${key.meta.name}`,
    problem: problems.get(key.id) ?? null,
  }));
}

/** Keys that one of them can speak for: of one platform, one environment (which may have an address of its own), one account. */
function groupsOf(keys: readonly KeyInEnvironment[]): KeyInEnvironment[][] {
  const groups = new Map<string, KeyInEnvironment[]>();
  for (const one of keys) {
    const { platform, account } = one.key.meta;
    const id = JSON.stringify([platform, one.environment.id, account]);
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups.values()];
}

async function revokeGroup(
  core: Core,
  call: Call,
  vault: OpenVault,
  group: readonly KeyInEnvironment[],
  all: readonly KeyInEnvironment[],
  signal: AbortSignal,
  note: (key: KeyRecord, problem: AppError | null) => void,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { environment } = first;
  const keys = group.map(({ key }) => key);
  let target: PlatformTarget;
  let asker: Asker;
  try {
    target = await platformTarget(core, vault, first.key.meta.platform, environment.meta.name);
    asker = await chooseAsker(core, vault, target, environment, keys, all);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const key of keys) note(key, error);
    return;
  }
  const paced = new PacedCalls(core, { key: asker.key, signal });
  const revoke = async (key: KeyRecord): Promise<void> => {
    try {
      await revokeAndVerify(core, call, vault, { target, key, asker, paced }, signal);
      note(key, null);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      note(key, error);
    }
  };
  const waiting = keys.filter(({ id }) => id !== asker.key?.id);
  const worker = async (): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) await revoke(key);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const last = keys.find(({ id }) => id === asker.key?.id);
  if (last !== undefined) await revoke(last);
}

async function chooseAsker(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  environment: EnvironmentRecord,
  keys: readonly KeyRecord[],
  all: readonly KeyInEnvironment[],
): Promise<Asker> {
  const goes = new Set<string>(all.map(({ key }) => key.id));
  const account = keys[0]?.meta.account ?? null;
  const other = await findAsker(core, vault, target, environment, {
    account,
    accepts: (key) => !goes.has(key.id) && (account === null || key.meta.account === account),
  }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NO_AUTHENTICATION') return undefined;
    throw error;
  });
  if (other !== undefined) return other;
  const usable = keys.filter(({ meta, hasValue }) => hasValue && meta.keyId !== null);
  const own = usable.find(
    ({ meta }) => meta.status === 'active' && meta.lastCheck?.outcome !== 'KEY_REJECTED',
  );
  const last = own ?? usable[0] ?? keys[0];
  if (last?.hasValue === true) return keyAsker(vault, last);
  throw new AppError(
    'NO_AUTHENTICATION',
    `${environment.meta.name} has no ${target.definition.name} key to ask with.`,
    'Sign in with `keymolt session sign-in --email E`, or use the platform’s console.',
  );
}
