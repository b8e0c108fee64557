import type { RequestOf, ResponseOf } from '../../../../src-shared/contract/channels.ts';
import type { ImportItemView } from '../../../../src-shared/contract/views.ts';
import { readDotenv } from '../../../../src-shared/domain/env-file/dotenv.ts';
import {
  envTextProblem,
  MAX_ENV_VARIABLES,
  withoutMark,
} from '../../../../src-shared/domain/env-file/env-text.ts';
import {
  couldBeKey,
  judgeVariable,
  keyNameOfVariable,
  type RecognisedBy,
} from '../../../../src-shared/domain/env-file/env-import.ts';
import { publicPrefix } from '../../../../src-shared/domain/keys/key-format.ts';
import { KEY_NAME } from '../../../../src-shared/domain/names.ts';
import type { PlatformDefinition } from '../../../../src-shared/domain/platform-definition.ts';
import { printable } from '../../../../src-shared/domain/printable.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import { Secret } from '../../../vault/secret.ts';
import type { Call, Core } from '../../context.ts';
import { definitionsOf, isSandbox, requireDefinition } from '../../platforms/platform-settings.ts';
import { addKey } from '../creation/add-key.ts';
import type { HeldVariable } from './env-imports.ts';
import { addressOf, type EnvironmentRecord, keysIn, keysOf, requireEnvironment } from '../key-directory.ts';

/** Longer names are no variables; they are shown cut. */
const MOST_NAME_CHARACTERS = 80;

/**
 * What the variables of a file would become. The values stay here until they are chosen from.
 * @param file wiped by the caller
 * @throws {AppError} BAD_FILE for what is no file of variables, ENV_NOT_FOUND, PLATFORM_NOT_FOUND
 */
export function previewImport(
  core: Core,
  request: Omit<RequestOf<'imports.preview'>, 'file'>,
  file: Secret,
): ResponseOf<'imports.preview'> {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, request.env);
  const all = definitionsOf(core, vault);
  const wanted = request.platform === undefined ? all : [requireDefinition(core, vault, request.platform)];
  const problem = envTextProblem(file.expose());
  if (problem !== null) throw notVariables(problem);
  const variables = readVariables(file);
  if (variables.size === 0) throw notVariables('has no NAME=value line');
  if (variables.size > MAX_ENV_VARIABLES) {
    for (const { value } of variables.values()) value.wipe();
    throw notVariables(`has ${variables.size} NAME=value lines, more than ${MAX_ENV_VARIABLES}`);
  }
  const id = core.randomBytes(9).toString('base64url');
  core.imports.hold({ id, env: environment.meta.name, variables });
  const look = new Look(vault, environment, wanted, all);
  const items = [...variables].map(([at, held]) => look.at(at, held));
  // What cannot be taken need not be kept.
  for (const { at, state } of items) {
    if (state !== 'refused') continue;
    variables.get(at)?.value.wipe();
    variables.delete(at);
  }
  return { schema: 1, import_id: id, env: environment.meta.name, items };
}

/** Stores the chosen ones, each for itself: one that cannot be stored leaves the others. @throws {AppError} NOT_FOUND */
export function takeImport(
  core: Core,
  call: Call,
  request: RequestOf<'imports.take'>,
): ResponseOf<'imports.take'> {
  const held = core.imports.find(request.import_id);
  if (held === undefined)
    throw new AppError(
      'NOT_FOUND',
      'The file is no longer at hand: it is kept for ten minutes, and not over a lock.',
      'Drop it on the window again.',
    );
  const added: ResponseOf<'imports.take'>['added'] = [];
  const failed: ResponseOf<'imports.take'>['failed'] = [];
  for (const { at, name, platform } of request.items) {
    const found = held.variables.get(at);
    try {
      if (found === undefined)
        throw new AppError('NOT_FOUND', 'This variable was taken already, or cannot be.');
      const metadata = { var: found.variable };
      addKey(core, call, { name, env: held.env, platform, metadata }, found.value);
      found.value.wipe();
      held.variables.delete(at);
      added.push({ at, key: `${held.env}/${name}` });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message, hint } = error;
      failed.push({ at, code, message, hint });
    }
  }
  if (failed.length === 0) core.imports.clear();
  return { schema: 1, added, failed };
}

/** By place in the file. A variable that is there twice counts as its last one, which is what programs get. */
function readVariables(file: Secret): Map<number, HeldVariable> {
  const last = new Map<string, { readonly at: number; readonly value: Uint8Array }>();
  for (const [at, { name, value }] of readDotenv(withoutMark(file.expose())).entries()) {
    last.get(name)?.value.fill(0);
    // A copy: the file's own bytes are wiped by who gave them.
    last.set(name, { at, value: Uint8Array.from(value) });
  }
  return new Map(
    [...last].map(([variable, { at, value }]) => [
      at,
      { variable, value: Secret.adopt(Buffer.from(value.buffer)) },
    ]),
  );
}

class Look {
  readonly #vault: OpenVault;
  readonly #environment: EnvironmentRecord;
  readonly #all: readonly PlatformDefinition[];
  readonly #known: RecognisedBy;
  readonly #names: Set<string>;
  readonly #stored = new Map<string, string[]>();
  /** Fingerprints of this very file, for what is in it twice. */
  readonly #seen = new Map<string, string>();

  constructor(
    vault: OpenVault,
    environment: EnvironmentRecord,
    wanted: readonly PlatformDefinition[],
    all: readonly PlatformDefinition[],
  ) {
    this.#vault = vault;
    this.#environment = environment;
    this.#all = all;
    // The sandbox has the formats of the platforms it plays; a key from a file is of the real one.
    const platforms = wanted
      .toSorted((a, b) => Number(isSandbox(a.id)) - Number(isSandbox(b.id)))
      .map(({ id, keyFormats }) => ({ id, formats: keyFormats }));
    this.#known = { platforms, isNamed: wanted.length === 1 };
    this.#names = new Set(keysIn(vault, environment.id).map(({ meta }) => meta.name));
    for (const key of keysOf(vault)) {
      const addresses = this.#stored.get(key.meta.fingerprint) ?? [];
      this.#stored.set(key.meta.fingerprint, [...addresses, addressOf(vault, key)]);
    }
  }

  at(at: number, { variable, value }: HeldVariable): ImportItemView {
    const bytes = value.expose();
    const text = new TextDecoder().decode(bytes);
    const shown = printable(variable);
    const base = {
      at,
      variable: shown.length > MOST_NAME_CHARACTERS ? `${shown.slice(0, MOST_NAME_CHARACTERS - 1)}…` : shown,
      note: null,
      platform: null,
      mode: 'unknown' as const,
      name: '',
      prefix: null,
      fingerprint: null,
      stored_as: [],
      proposed: false,
    };
    const refused = (note: string): ImportItemView => ({ ...base, state: 'refused', note });
    if (bytes.length === 0) return refused('It has no value.');
    const verdict = judgeVariable(variable, text, this.#known);
    if (verdict.is === 'no_variable') return refused('Not a variable that a key may have.');
    if (verdict.is === 'reference') return refused('A reference to a key, not a key.');
    if (verdict.is === 'unknown' && !couldBeKey(text)) return refused('Not a key of a known platform.');
    const fingerprint = this.#vault.fingerprint(bytes);
    const storedAs = this.#stored.get(fingerprint) ?? [];
    const twin = this.#seen.get(fingerprint);
    this.#seen.set(fingerprint, shown);
    const known = {
      ...base,
      name: this.#freeName(keyNameOfVariable(variable)),
      fingerprint,
      stored_as: storedAs,
    };
    if (verdict.is === 'unknown')
      return {
        ...known,
        state: storedAs.length > 0 ? 'stored' : 'unsure',
        note:
          storedAs.length > 0
            ? `In the vault already as ${storedAs.join(', ')}.`
            : 'No known format. If it is a key, say of which platform.',
      };
    const { kind, name: env } = this.#environment.meta;
    const isMisplaced = verdict.mode !== 'unknown' && verdict.mode !== kind;
    const notes = [
      ...(storedAs.length > 0 ? [`In the vault already as ${storedAs.join(', ')}.`] : []),
      ...(isMisplaced ? [`This is a ${verdict.mode} key, and ${env} is of kind ${kind}.`] : []),
      ...(twin === undefined ? [] : [`The same value as ${twin}.`]),
    ];
    return {
      ...known,
      state: storedAs.length > 0 ? 'stored' : 'ready',
      note: notes.length === 0 ? null : notes.join(' '),
      platform: verdict.platform,
      mode: verdict.mode,
      // SECURITY: of a recognised key alone: the beginning of anything else in such a file may be a whole password.
      prefix: publicPrefix(text, this.#all),
      proposed: notes.length === 0,
    };
  }

  /** The name, or with the first number that is free. */
  #freeName(wished: string): string {
    const base = KEY_NAME.test(wished) ? wished : 'imported-key';
    let name = base;
    for (let number = 2; this.#names.has(name); number += 1) name = `${base.slice(0, 190)}-${number}`;
    this.#names.add(name);
    return name;
  }
}

const notVariables = (problem: string): AppError =>
  new AppError('BAD_FILE', `The file ${problem}.`, 'Choose a file of NAME=value lines, such as .env.');
