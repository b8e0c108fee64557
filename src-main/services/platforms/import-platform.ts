import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import {
  MAX_DEFINITION_LENGTH,
  parsePlatformDefinition,
  type PlatformDefinition,
} from '../../../src-shared/domain/platform-definition.ts';
import type { PlatformMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, VaultRecord } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { keysOf } from '../keys/key-directory.ts';
import { sessionsOf } from '../sessions/session-records.ts';
import { hostOf } from './new-host.ts';
import { definitionsOf, settingsOf } from './platform-settings.ts';
import { NO_SETTINGS, showPlatform, toView } from './platforms.ts';

/**
 * Asks the person for a definition file, and keeps what is in it until `importChosen`.
 * @returns what it says
 * @throws {AppError} WINDOW_UNAVAILABLE, FILE_NOT_FOUND, BAD_FILE, BAD_PLATFORM, PLATFORM_EXISTS
 */
export async function chooseDefinition(core: Core): Promise<ResponseOf<'platforms.chooseDefinition'>> {
  const vault = core.vault.require();
  const file = await core.documents.chooseFile();
  if (file === undefined) return { schema: 1, chosen: null };
  const definition = parsePlatformDefinition(
    toText(await core.documents.read(file.path, MAX_DEFINITION_LENGTH)),
  );
  const before = requireReplaceable(core, vault, definition);
  const there = definitionsOf(core, vault).find(({ id }) => id === definition.id);
  const name = definition.name.toLowerCase();
  return {
    schema: 1,
    chosen: {
      id: core.chosenDefinition.hold(definition),
      path: file.path,
      platform: await toView(core, definition, undefined),
      header: definition.auth.apiKeyHeader,
      replaces:
        there === undefined ? null : { name: there.name, base_url: before?.meta.baseUrl ?? there.baseUrl },
      same_name:
        definitionsOf(core, vault).find((one) => one.id !== definition.id && one.name.toLowerCase() === name)
          ?.id ?? null,
    },
  };
}

/** Nothing of the file is repeated: it may be the wrong one. */
function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError(
      'BAD_PLATFORM',
      'The file is not text.',
      'Choose a definition: a file in JSON, in UTF-8.',
      { cause },
    );
  }
}

/**
 * Takes the definition into the vault that the person chose.
 * @throws {AppError} BAD_FILE where none is chosen, INPUT_REQUIRED where the passphrase is needed, WRONG_PASSWORD, PLATFORM_EXISTS
 */
export async function importChosen(
  core: Core,
  call: Call,
  { id }: Omit<RequestOf<'platforms.importChosen'>, 'passphrase'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'platforms.importChosen'>> {
  const vault = core.vault.require();
  const definition = core.chosenDefinition.find(id);
  if (definition === undefined)
    throw new AppError('BAD_FILE', 'No definition is chosen any more.', 'Choose the file once more.');
  const before = requireReplaceable(core, vault, definition);
  const host = before === undefined ? undefined : strangerOf(before.meta, definition);
  if (host !== undefined) {
    // SECURITY: whoever sits at an unlocked window could have the first key that a person adds go to another host
    // (test/contract/window-requests.test.ts).
    if (passphrase === undefined)
      throw new AppError(
        'INPUT_REQUIRED',
        `Keys of “${definition.id}” would be sent to ${host} from now on; that needs the passphrase.`,
        'Type it.',
      );
    await core.vault.checkPassphrase(passphrase);
  }
  const answer = await take(core, call, vault, definition);
  core.chosenDefinition.clear();
  return answer;
}

/**
 * Takes a definition into the vault; what was set of one of that id before is forgotten.
 * @throws {AppError} BAD_PLATFORM, PLATFORM_EXISTS for the id of a built-in one or one in use
 */
export async function importPlatform(
  core: Core,
  call: Call,
  request: RequestOf<'platforms.importDefinition'>,
): Promise<ResponseOf<'platforms.importDefinition'>> {
  return take(core, call, core.vault.require(), parsePlatformDefinition(request.definition));
}

async function take(
  core: Core,
  call: Call,
  vault: OpenVault,
  definition: PlatformDefinition,
): Promise<ResponseOf<'platforms.importDefinition'>> {
  const before = requireReplaceable(core, vault, definition);
  vault.transact((tx) => {
    tx.put({
      ...(before === undefined ? {} : { id: before.id }),
      kind: 'platform',
      environmentId: null,
      meta: { ...NO_SETTINGS, id: definition.id, definition } satisfies PlatformMeta,
    });
    tx.audit({
      actor: call.actor,
      action: 'platform.import',
      subject: definition.id,
      detail: definition.baseUrl ?? 'no address',
    });
  });
  core.emit('dataChanged', { what: 'platforms' });
  return showPlatform(core, { id: definition.id });
}

/** @returns what is there under its id. @throws {AppError} PLATFORM_EXISTS */
function requireReplaceable(
  core: Core,
  vault: OpenVault,
  { id }: PlatformDefinition,
): VaultRecord<PlatformMeta> | undefined {
  if (core.builtinDefinitions.some((builtin) => builtin.id === id)) {
    throw new AppError(
      'PLATFORM_EXISTS',
      `“${id}” is a built-in platform.`,
      'Give the definition another id.',
    );
  }
  const before = settingsOf(vault, id);
  // SECURITY: a changed definition may send stored keys, or the password of the next sign-in, elsewhere, or by other headers;
  // that is a platform’s own decision to make once, so an id in use is not replaced (test/contract/use-cases/platforms.test.ts).
  if (before !== undefined && keysOf(vault).some(({ meta }) => meta.platform === id)) {
    throw new AppError(
      'PLATFORM_EXISTS',
      `“${id}” is in use by keys of this vault.`,
      'Import it under another id, or take those keys out first.',
    );
  }
  if (before !== undefined && sessionsOf(vault).some(({ meta }) => meta.platform === id)) {
    throw new AppError(
      'PLATFORM_EXISTS',
      `Somebody is signed in to “${id}”.`,
      'Import it under another id, or sign out first.',
    );
  }
  return before;
}

/** A host of the definition that the one before, as it was set, did not have. */
function strangerOf(before: PlatformMeta, next: PlatformDefinition): string | undefined {
  const hostsOf = (definition: PlatformDefinition | null): (string | null | undefined)[] => [
    definition?.baseUrl,
    definition?.auth.session?.signInUrl,
    definition?.auth.session?.tokenUrl,
  ];
  const known = new Set(
    [
      ...hostsOf(before.definition),
      before.baseUrl,
      ...Object.values(before.baseUrlByEnvironment),
      before.firebaseSignInUrl,
      before.firebaseTokenUrl,
    ].map((url) => hostOf(url ?? null)),
  );
  return hostsOf(next)
    .map((url) => hostOf(url ?? null))
    .find((host): host is string => host !== null && !known.has(host));
}
