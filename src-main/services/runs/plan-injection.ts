import { isReservedVariable } from '../../../src-shared/domain/names.ts';
import { parseReference, type ReferenceField } from '../../../src-shared/domain/references/reference.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { type EnvironmentRecord, keysIn, type KeyRecord, requireKey } from '../keys/key-directory.ts';

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

export const heldKeys = (plan: readonly Injection[]) =>
  plan
    .filter(({ field }) => field === 'value')
    .map(({ key, environment }) => ({
      id: key.id,
      address: `${environment.meta.name}/${key.meta.name}`,
      fingerprint: key.meta.fingerprint,
    }));

/** @throws {AppError} KEY_NOT_FOUND for keys that are revoked or lost: their value is of no use */
export function requireUsable(key: KeyRecord, environment: EnvironmentRecord): void {
  if (key.meta.status === 'active' || key.meta.status === 'retiring' || key.meta.status === 'pending') return;
  throw new AppError(
    'KEY_NOT_FOUND',
    `${environment.meta.name}/${key.meta.name} is ${key.meta.status}.`,
    'Create or add a key that works, or name another one.',
  );
}
