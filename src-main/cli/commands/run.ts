import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { buildChildEnv, checkSizes, checkVariable, type Conflict } from '../../run/build-child-env.ts';
import { resolveCommand } from '../../run/resolve-command.ts';
import { usage } from '../arguments.ts';
import type { Command, CommandContext } from '../context.ts';

const REFERENCE = 'molt://';

/** Runs a command with its keys in the environment. Everything that can go wrong does so before it starts. */
export const run: Command = async (context) => {
  const { childCommand, flags } = context;
  refuseLaterFlags(context);
  checkArguments(childCommand);
  const [name = ''] = childCommand;
  const cwd = process.cwd();
  const file = resolveCommand(name, process.env, cwd);
  const { plain, references } = readSources(context);

  const launching = loadWhileWaiting(() => import('../../run/spawn-child.ts'));
  const prepared = await prepare(context, references, name, cwd);
  const injected = prepared.variables.map(({ variable, key, fingerprint }) => ({
    variable,
    key,
    fingerprint,
    value: take(prepared.values, variable),
  }));
  const preserved = flags.text('preserve-env');
  const { env, conflicts } = buildChildEnv({
    inherited: inheritedEnvironment(context),
    fromFiles: plain,
    injected,
    facts: {
      ...(prepared.api_base === null ? {} : { MOLTBOTDEN_API_BASE: prepared.api_base }),
      MOLTBOTDEN_ENV: prepared.env,
      KEYMOLT_KEY_FINGERPRINT: injected.map(({ fingerprint }) => fingerprint).join(','),
      KEYMOLT_RUN_ID: prepared.run_id,
    },
    isPristine: flags.has('pristine'),
    preserve: flags.has('preserve-env') ? (preserved === undefined ? 'all' : splitNames(preserved)) : 'none',
    platform: process.platform,
  });
  checkSizes(childCommand, env);
  await reportConflicts(context, conflicts);
  const { endLikeChild, runInForeground } = await launching;
  const end = await runInForeground({ file, argv: childCommand, env, cwd });
  await tellEnded(context, prepared.run_id);
  return endLikeChild(end, constants.signals);
};

/** Loads once the request is out, so that the milliseconds it takes are those in which the agent works. */
const loadWhileWaiting = <T>(load: () => Promise<T>): Promise<T> => {
  const loaded = new Promise<T>((resolve, reject) => {
    setImmediate(() => void load().then(resolve, reject));
  });
  // Where the request fails nobody waits for it.
  loaded.catch(() => undefined);
  return loaded;
};

/** A relative home would be another one in a child that changes its folder. */
const inheritedEnvironment = ({ paths }: CommandContext): NodeJS.ProcessEnv =>
  (process.env['KEYMOLT_HOME'] ?? '') === '' ? process.env : { ...process.env, KEYMOLT_HOME: paths.home };

const refuseLaterFlags = ({ flags }: CommandContext): void => {
  const mask = flags.text('mask');
  if (mask !== undefined && !['auto', 'always', 'never'].includes(mask))
    throw usage('--mask is auto, always or never');
  const later = [
    ...(mask === 'auto' || mask === 'always' ? [`--mask ${mask}`] : []),
    ...(flags.has('watch') ? ['--watch'] : []),
    ...(flags.has('kill-after') ? ['--kill-after'] : []),
  ];
  if (later.length > 0) {
    throw new AppError(
      'NOT_IN_THIS_VERSION',
      `\`keymolt run ${later.join(' ')}\` is not in this version`,
      'leave it out',
    );
  }
};

/**
 * Node turns arguments into text, and what is not UTF-8 would be changed on the way.
 * @throws {AppError} USAGE where the child would not get its arguments byte for byte
 */
const checkArguments = (argv: readonly string[]): void => {
  if (!argv.some((argument) => argument.includes('\ufffd')) || process.platform !== 'linux') return;
  const given = readFileSync('/proc/self/cmdline');
  const understood = Buffer.from(given.toString('utf8'), 'utf8');
  if (!given.equals(understood))
    throw usage('an argument is not UTF-8, and could not be passed on unchanged');
};

interface Reference {
  readonly variable: string;
  readonly reference: string;
}

/** The variables of .env files and of --map; the later of two with one name wins, and --map comes last. */
const readSources = (
  context: CommandContext,
): { plain: Record<string, string>; references: readonly Reference[] } => {
  const all = new Map<string, string>();
  for (const file of context.flags.all('env-file')) {
    for (const [name, value] of Object.entries(readEnvFile(file))) all.set(name, value);
  }
  const references = new Map([...all].filter(([, value]) => value.startsWith(REFERENCE)));
  const plain = Object.fromEntries([...all].filter(([, value]) => !value.startsWith(REFERENCE)));
  for (const entry of context.flags.all('map')) {
    const at = entry.indexOf('=');
    if (at < 1 || at === entry.length - 1) throw usage(`--map takes VAR=REF, not '${entry}'`);
    const name = entry.slice(0, at);
    references.set(name, asReference(entry.slice(at + 1), context.oneEnv));
    Reflect.deleteProperty(plain, name);
  }
  for (const name of references.keys()) checkVariable(name, 'a reference');
  return { plain, references: [...references].map(([variable, reference]) => ({ variable, reference })) };
};

const asReference = (text: string, env: string): string => {
  if (text.startsWith(REFERENCE)) return text;
  return REFERENCE + (text.includes('/') ? text : `${env}/${text}`);
};

const readEnvFile = (file: string): Record<string, string> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') throw new AppError('FILE_NOT_FOUND', `there is no file ${file}`);
    throw new AppError('BAD_FILE', `${file} cannot be read (${code})`);
  }
  return parseEnv(text.replace(/^\ufeff/, '')) as Record<string, string>;
};

interface Prepared {
  readonly run_id: string;
  readonly env: string;
  readonly api_base: string | null;
  readonly variables: readonly {
    readonly variable: string;
    readonly key: string;
    readonly fingerprint: string;
  }[];
  readonly values: ReadonlyMap<string, Buffer>;
}

const prepare = async (
  context: CommandContext,
  map: readonly Reference[],
  name: string,
  cwd: string,
): Promise<Prepared> => {
  const only = context.flags.has('only') ? context.flags.all('only').flatMap(splitNames) : undefined;
  const request = {
    env: context.oneEnv,
    ...(only === undefined ? {} : { only }),
    map: [...map],
    allow_live: context.flags.has('allow-live'),
    // SECURITY: the name alone; arguments may hold what nobody else is to see.
    command: path.basename(name).slice(0, 300),
    cwd,
  };
  const call = (approval: { passphrase?: Buffer }) =>
    context.call('secrets.prepareRun', { ...request, ...approval });
  const answer = await approved(context, call);
  return { ...answer.result(), values: answer.attachments };
};

/** Loads the asking only where there is something to ask. */
const approved = async <T>(
  context: CommandContext,
  call: (approval: { passphrase?: Buffer }) => Promise<T>,
): Promise<T> => {
  if (!context.flags.has('password-file')) {
    try {
      return await call({});
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'APPROVAL_REQUIRED' || context.noInput) throw error;
    }
  }
  const { withApproval } = await import('../offer-unlock.ts');
  return withApproval(context, call);
};

/** An environment is made of text, so the bytes end here. */
const take = (values: ReadonlyMap<string, Buffer>, variable: string): string => {
  const bytes = values.get(variable);
  if (bytes === undefined) throw new AppError('PROTOCOL_MISMATCH', `the agent sent no value for ${variable}`);
  const text = bytes.toString('utf8');
  bytes.fill(0);
  return text;
};

/** One line, with names and fingerprints only. */
const reportConflicts = async (context: CommandContext, conflicts: readonly Conflict[]): Promise<void> => {
  if (conflicts.length === 0 || context.flags.has('quiet')) return;
  const parts: string[] = [];
  for (const { injected, inheritedValue, winner } of conflicts) {
    const inherited = await fingerprintOf(context, inheritedValue);
    parts.push(
      `${injected.variable}: ${winner === 'vault' ? 'the vault wins' : 'the inherited value wins'} (vault ${injected.key} ${injected.fingerprint}, inherited ${inherited})`,
    );
  }
  context.note(parts.join('; '));
};

const fingerprintOf = async (context: CommandContext, value: string): Promise<string> => {
  try {
    const answer = await context.call(
      'secrets.fingerprint',
      { value: Buffer.from(value, 'utf8') },
      { mayUnlock: false },
    );
    return answer.result().fingerprint;
  } catch {
    // Too long for a key's value, say. The line is a remark: the run does not fail for it.
    return 'of another kind';
  }
};

const END_TIMEOUT_MS = 300;

/** Tells the agent that the run is over. It finds out by itself too, so nothing waits for it long. */
const tellEnded = async (context: CommandContext, runId: string): Promise<void> => {
  const told = (async () => {
    const agent = await context.findAgent();
    await agent?.request('runs.ended', { run_id: runId });
  })().catch(() => undefined);
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, END_TIMEOUT_MS))]);
  context.close();
};

const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
