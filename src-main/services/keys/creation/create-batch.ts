import type { RequestOf, ResponseOf } from '../../../../src-shared/contract/channels.ts';
import { KEY_NAME } from '../../../../src-shared/domain/names.ts';
import { parseKeyAddress } from '../../../../src-shared/domain/references/reference.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../../../src-shared/errors/codes.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import { findAsker } from '../../platforms/authentication.ts';
import { PacedCalls } from '../../platforms/paced-calls.ts';
import { platformTarget } from '../../platforms/platform-settings.ts';
import { createOne } from './create-key.ts';
import { EMPTY_METADATA, mergeMetadata } from '../key-change.ts';
import {
  type EnvironmentRecord,
  findKey,
  type KeyRecord,
  requireEnvironment,
  requireFreeName,
  requireKey,
} from '../key-directory.ts';
import { viewsOf } from '../key-view.ts';

type Failure = ResponseOf<'keys.create'>['failed'][number];

/** So many failures in a row mean that the rest would fail as well. */
const GIVE_UP_AFTER = 3;

/** What stands against one key stands against the others too. */
const STOPS_ALL: ReadonlySet<ErrorCode> = new Set([
  'CANCELLED',
  'KEY_REJECTED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'MODE_MISMATCH',
  'STILL_ALIVE',
  'VAULT_LOCKED',
  'VAULT_TAMPERED',
  'DISK_FULL',
  'STORAGE_FAILED',
  'READ_ONLY',
]);

/**
 * Creates keys on the platform, one after the other as the rate limit allows, and stores each at once; no value is shown to
 * anybody. A batch (`count`) is NAME-01 to NAME-N: those that are there already stay, so that the same command again makes
 * what an interrupted one left out; one that fails leaves the others.
 * @throws {AppError} KEY_EXISTS, NO_AUTHENTICATION, and for a single key what `createOne` throws
 */
export async function createKeys(
  core: Core,
  call: Call,
  request: RequestOf<'keys.create'>,
): Promise<ResponseOf<'keys.create'>> {
  const vault = core.vault.require();
  const { name, env } = parseKeyAddress(request.name, request.env);
  const environment = requireEnvironment(vault, env);
  const names = request.count === undefined ? [name] : batchNames(name, request.count);
  const isBatch = request.count !== undefined && request.count > 1;
  const lost = isBatch ? names.filter((each) => isLost(vault, environment, each)) : [];
  const missing = isBatch
    ? names.filter((each) => !isThere(vault, environment, each, request.platform) && !lost.includes(each))
    : names;
  for (const each of missing) requireFreeName(vault, environment, each);
  const metadata = mergeMetadata(EMPTY_METADATA, request.metadata);
  const target = await platformTarget(core, vault, request.platform, environment.meta.name);
  if (target.definition.calls.create === null) {
    throw new AppError(
      'BAD_PLATFORM',
      `${target.definition.name} documents no way to create a key.`,
      'Create it in the platform’s console, then store it with `keymolt key add`.',
    );
  }
  const using = request.using === undefined ? undefined : requireAsker(vault, request.using, environment);
  const failed = lost.map((each) => lostBefore(`${environment.meta.name}/${each}`, each));
  if (missing.length > 0) {
    const asker = await findAsker(core, vault, target, environment, { using });
    await core.operations.run(request.operation_id, call.signal, async (signal, progress) => {
      const paced = new PacedCalls(core, { key: asker.key, signal });
      const idsBefore =
        target.definition.calls.list === null
          ? null
          : await paced.call((options) =>
              asker.use(async (auth) =>
                (await core.platforms.listKeys(target, auth, options)).map(({ keyId }) => keyId),
              ),
            );
      let inARow = 0;
      for (const [index, each] of missing.entries()) {
        const plan = { target, environment, asker, paced, name: each, metadata, idsBefore };
        try {
          await createOne(core, call, vault, plan, signal);
          inARow = 0;
        } catch (error) {
          if (!isBatch || !(error instanceof AppError)) throw error;
          failed.push({ name: each, code: error.code, message: error.message, hint: error.hint });
          inARow += 1;
          if (STOPS_ALL.has(error.code) || inARow >= GIVE_UP_AFTER) {
            failed.push(...missing.slice(index + 1).map((rest) => notTried(rest, error)));
            break;
          }
        }
        progress({ done: index + 1, total: missing.length, what: each });
      }
    });
  }
  const keys = names.flatMap((each) => findKey(vault, environment.id, each) ?? []);
  return { schema: 1, keys: viewsOf(vault, keys, core.now()), failed };
}

const notTried = (name: string, { code }: AppError): Failure => ({
  name,
  code,
  message: 'Not tried, after what stopped the one before.',
  hint: 'The same command again creates what is missing.',
});

/** Made by an earlier run of the same command. A revoked key, or one of another platform, is none: its name is taken. */
function isThere(vault: OpenVault, environment: EnvironmentRecord, name: string, platform: string): boolean {
  const key = findKey(vault, environment.id, name);
  return key?.meta.platform === platform && key.meta.status !== 'revoked' && key.meta.status !== 'lost';
}

/** An earlier run got no answer, and what the platform made without one was found. */
const isLost = (vault: OpenVault, environment: EnvironmentRecord, name: string): boolean => {
  const key = findKey(vault, environment.id, name);
  return key?.meta.status === 'lost' && !key.hasValue;
};

const lostBefore = (address: string, name: string): Failure => ({
  name,
  code: 'KEY_EXISTS',
  message: 'It was made, and its value was lost.',
  hint: `\`keymolt rotate start ${address} --lost\` makes another and ends it.`,
});

/** `--using` may name a key of another environment by its prefix; a bare name is one of the same environment. */
const requireAsker = (vault: OpenVault, using: string, environment: EnvironmentRecord): KeyRecord =>
  requireKey(vault, using, using.includes('/') ? undefined : environment.meta.name).key;

function batchNames(name: string, count: number): string[] {
  if (count === 1) return [name];
  const width = String(count).length;
  const names = Array.from(
    { length: count },
    (_, index) => `${name}-${String(index + 1).padStart(width, '0')}`,
  );
  if (names.every((each) => KEY_NAME.test(each))) return names;
  throw new AppError('BAD_NAME', 'The name is too long to be numbered.', 'Choose a shorter one.');
}
