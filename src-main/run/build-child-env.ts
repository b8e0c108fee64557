import { readFileSync } from 'node:fs';
import { isReservedVariable, VARIABLE_NAME } from '../../src-shared/domain/names.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** A variable from the vault. */
export interface InjectedVariable {
  readonly variable: string;
  /** `env/name` of the key. */
  readonly key: string;
  readonly fingerprint: string;
  readonly value: string;
}

export interface ChildEnvPlan {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** Plain variables of .env files, merged. */
  readonly fromFiles: Readonly<Record<string, string>>;
  readonly injected: readonly InjectedVariable[];
  /** Variables about the run itself, such as KEYMOLT_RUN_ID. */
  readonly facts: Readonly<Record<string, string>>;
  readonly isPristine: boolean;
  /** Inherited variables win: none, all, or these. */
  readonly preserve: 'none' | 'all' | readonly string[];
  readonly platform: NodeJS.Platform;
}

export interface ChildEnv {
  readonly env: Readonly<Record<string, string>>;
  /** Variables that were inherited with another value than the vault has. */
  readonly conflicts: readonly Conflict[];
}

export interface Conflict {
  readonly injected: InjectedVariable;
  readonly inheritedValue: string;
  readonly winner: 'vault' | 'inherited';
}

const PRISTINE = /^(PATH|HOME|USER|SHELL|TERM|LANG|LC_.+|TMPDIR)$/;
/** Windows programs do not start without these. */
const PRISTINE_WINDOWS = /^(SystemRoot|SystemDrive|COMSPEC|PATHEXT|TEMP|TMP|USERPROFILE|WINDIR)$/i;

/**
 * The environment of a child. Order, the later wins: inherited, .env files, the vault; `preserve` puts the inherited
 * ones last. What says how keymolt itself is to behave is not handed down, but its home is.
 * @throws {AppError} VARIABLE_RESERVED, BAD_NAME, BAD_VALUE
 */
export const buildChildEnv = (plan: ChildEnvPlan): ChildEnv => {
  const fold = foldFor(plan.platform);
  const inherited = new Map<string, { readonly name: string; readonly value: string }>();
  for (const [name, value] of Object.entries(plan.inherited)) {
    if (value !== undefined && isHandedDown(name, plan)) inherited.set(fold(name), { name, value });
  }
  const kept = new Set(plan.preserve === 'all' || plan.preserve === 'none' ? [] : plan.preserve.map(fold));
  const isPreserved = (name: string): boolean =>
    // An empty variable holds nothing worth keeping, and would hide the key.
    (plan.preserve === 'all' || kept.has(fold(name))) && (inherited.get(fold(name))?.value ?? '') !== '';

  const env = new Map(inherited);
  const set = (name: string, value: string): void => {
    if (!isPreserved(name)) env.set(fold(name), { name, value });
  };
  for (const [name, value] of Object.entries(plan.fromFiles)) {
    checkVariable(name, 'the .env file');
    checkPlainValue(name, value);
    set(name, value);
  }
  const conflicts: Conflict[] = [];
  for (const injected of plan.injected) {
    const { variable, value, key } = injected;
    checkVariable(variable, key);
    if (value === '')
      throw new AppError(
        'BAD_VALUE',
        `the value of ${key} for ${variable} is empty`,
        'store its value again: `keymolt key edit`',
      );
    checkPlainValue(variable, value);
    const before = inherited.get(fold(variable))?.value ?? '';
    if (before !== '' && before !== value) {
      conflicts.push({
        injected,
        inheritedValue: before,
        winner: isPreserved(variable) ? 'inherited' : 'vault',
      });
    }
    set(variable, value);
  }
  for (const [name, value] of Object.entries(plan.facts)) {
    if (name.startsWith('KEYMOLT_')) env.set(fold(name), { name, value });
    else set(name, value);
  }
  return { env: Object.fromEntries([...env.values()].map(({ name, value }) => [name, value])), conflicts };
};

const isHandedDown = (name: string, { isPristine, platform }: ChildEnvPlan): boolean => {
  const upper = name.toUpperCase();
  if (upper.startsWith('KEYMOLT_')) return upper === 'KEYMOLT_HOME';
  if (!isPristine) return true;
  return (
    PRISTINE.test(platform === 'win32' ? upper : name) ||
    (platform === 'win32' && PRISTINE_WINDOWS.test(name))
  );
};

/** SECURITY: checked again here, whatever the agent checked before (test/unit/run/build-child-env.test.ts). */
export const checkVariable = (name: string, whose: string): void => {
  if (!VARIABLE_NAME.test(name)) {
    throw new AppError(
      'BAD_NAME',
      `${whose} names a variable that cannot be one: '${name}'`,
      'letters, digits and _ only',
    );
  }
  if (isReservedVariable(name)) {
    throw new AppError(
      'VARIABLE_RESERVED',
      `${whose} sets ${name}, which decides what programs run or load`,
      'give the key another variable: `keymolt key edit NAME --var VARIABLE`, or take the line out of the file',
    );
  }
};

const checkPlainValue = (name: string, value: string): void => {
  if (value.includes('\0')) throw new AppError('BAD_VALUE', `the value for ${name} has a NUL in it`);
};

/** Windows takes `Path` and `PATH` for one variable. */
const foldFor = (platform: NodeJS.Platform): ((name: string) => string) =>
  platform === 'win32' ? (name) => name.toUpperCase() : (name) => name;

/** execve(2): MAX_ARG_STRLEN is 131,072 with the closing NUL; all strings and pointers have a quarter of the stack. */
const MAX_STRING_BYTES = 131_071;
const RESERVE_BYTES = 4096;
const MAX_TOTAL_BYTES = 2_097_152 - RESERVE_BYTES;
const ALWAYS_TAKEN_BYTES = 131_072 - RESERVE_BYTES;
const POINTER_BYTES = 8;

/**
 * Whether the kernel takes these arguments and this environment.
 * @throws {AppError} ENVIRONMENT_TOO_LARGE, with the name of what is too large
 */
export const checkSizes = (argv: readonly string[], env: Readonly<Record<string, string>>): void => {
  let total = 0;
  const add = (bytes: number, what: string): void => {
    if (bytes > MAX_STRING_BYTES) {
      throw new AppError(
        'ENVIRONMENT_TOO_LARGE',
        `${what} has ${bytes} bytes, and the system takes ${MAX_STRING_BYTES}`,
        'give it in a file instead',
      );
    }
    total += bytes + 1 + POINTER_BYTES;
  };
  argv.forEach((argument, at) =>
    add(Buffer.byteLength(argument), at === 0 ? 'the command' : `argument ${at}`),
  );
  for (const [name, value] of Object.entries(env))
    add(Buffer.byteLength(name) + 1 + Buffer.byteLength(value), `the variable ${name}`);
  // The system always takes so much: no need to look further.
  if (total <= ALWAYS_TAKEN_BYTES) return;
  const most = Math.min(MAX_TOTAL_BYTES, stackBytes() / 4 - RESERVE_BYTES);
  if (total > most) {
    throw new AppError(
      'ENVIRONMENT_TOO_LARGE',
      `arguments and environment have ${total} bytes, and the system takes ${Math.max(most, ALWAYS_TAKEN_BYTES)}`,
      'use --pristine to leave the inherited variables out, or --only for fewer keys',
    );
  }
};

/** The soft limit; as if there was none where the system does not say. */
const stackBytes = (): number => {
  try {
    const limit = /^Max stack size\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};
