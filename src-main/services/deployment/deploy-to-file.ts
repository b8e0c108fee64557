import {
  editEnvFile,
  type EnvEdit,
  findInEnvFile,
} from '../../../src-shared/domain/env-file/edit-env-file.ts';
import type { DeploymentPlace } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { EnvFileFacts, EnvFiles } from '../../deployment/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { DeploymentPlan, HeldValue } from '../rotation/deployment-port.ts';

export type FilePlace = Extract<DeploymentPlace, { kind: 'dotenv' | 'systemd' }>;

/** What a value written into a file replaces. */
export interface Replaces {
  /** Fingerprints that may be there; null: an empty value. */
  readonly expected: readonly (string | null)[];
  /** What to do about another one. */
  readonly otherwise: 'refuse' | 'leave';
}

export async function planFile(
  files: EnvFiles,
  place: FilePlace,
  value: Secret,
  keyName: string,
): Promise<DeploymentPlan> {
  try {
    return await files.read(place.path, (bytes, { problem }) => {
      const edit = requireEdit(editEnvFile(bytes, place.variable, value.expose(), place.kind), place);
      const detail = describeChange(bytes, edit.start, keyName);
      edit.file.fill(0);
      return { detail, problem };
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { detail: 'nothing', problem: error.message };
  }
}

/** The line as it will be, with the value masked: what stands before it is the name. */
function describeChange(bytes: Buffer, start: number, keyName: string): string {
  const lineStart = bytes.lastIndexOf(0x0a, start - 1) + 1;
  const line = bytes.subarray(0, lineStart).filter((byte) => byte === 0x0a).length + 1;
  const before = bytes
    .subarray(lineStart, start)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  return `line ${line}: ${before}[molt:${keyName}]`;
}

/** What a program that reads the file gets. @throws {AppError} as `EnvFiles.read`, TARGET_NOT_FOUND without the variable */
export function checkFile(
  files: EnvFiles,
  vault: OpenVault,
  place: FilePlace,
): Promise<HeldValue & { readonly facts: EnvFileFacts }> {
  return files.read(place.path, (bytes, facts) => {
    const held = findInEnvFile(bytes, place.variable, place.kind);
    if (held === undefined) throw missingVariable(place);
    return {
      isKnown: true,
      fingerprint: fingerprintOf(vault, held),
      detail: held.length === 0 ? 'holds no value' : 'holds a value',
      facts,
    };
  });
}

const fingerprintOf = (vault: OpenVault, held: Uint8Array): string | null =>
  held.length === 0 ? null : vault.fingerprint(held);

/**
 * Gives the variable another value.
 * @returns what became of it; `isThere` is false where somebody else's value was left
 * @throws {AppError} TARGET_CHANGED, TARGET_NOT_FOUND, BAD_FILE and what `EnvFiles.edit` throws
 */
export async function writeFile(
  files: EnvFiles,
  vault: OpenVault,
  place: FilePlace,
  value: Secret,
  { expected, otherwise }: Replaces,
): Promise<{ readonly isThere: boolean; readonly detail: string }> {
  const wanted = vault.fingerprint(value.expose());
  let outcome = { isThere: true, detail: 'it had the value already' };
  await files.edit(place.path, (bytes) => {
    const held = findInEnvFile(bytes, place.variable, place.kind);
    if (held === undefined) throw missingVariable(place);
    const now = fingerprintOf(vault, held);
    if (now === wanted) return null;
    if (!expected.includes(now)) {
      if (otherwise === 'refuse') throw changedValue(place);
      outcome = { isThere: false, detail: 'left as it is: somebody else has changed it' };
      return null;
    }
    outcome = { isThere: true, detail: 'written' };
    return requireEdit(editEnvFile(bytes, place.variable, value.expose(), place.kind), place).file;
  });
  return outcome;
}

const missingVariable = ({ path, variable }: FilePlace): AppError =>
  new AppError(
    'TARGET_NOT_FOUND',
    `${path} has no ${variable}.`,
    `Is it another variable (${path}#NAME)? A new one is added by hand: ${variable}=`,
  );

const changedValue = ({ path, variable }: FilePlace): AppError =>
  new AppError(
    'TARGET_CHANGED',
    `${variable} in ${path} has a value that is neither the old nor the new one: somebody else changed it.`,
    'See who did, and put the old value back or take the target off.',
  );

function requireEdit(edit: EnvEdit, { path, variable }: FilePlace): Extract<EnvEdit, { ok: true }> {
  if (edit.ok) return edit;
  if (edit.problem === 'missing') throw missingVariable({ path, variable, kind: 'dotenv' });
  throw new AppError(
    'BAD_FILE',
    edit.problem === 'ambiguous'
      ? `${variable} in ${path} stands on another line than its value, which programs read in different ways.`
      : `The value has characters that cannot be written as ${variable} in ${path}.`,
    edit.problem === 'ambiguous'
      ? 'Write name and value on one line.'
      : 'Use a command as the target instead.',
  );
}
