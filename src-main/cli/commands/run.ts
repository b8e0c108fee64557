import { buildChildEnv, checkSizes } from '../../run/build-child-env.ts';
import { resolveCommand } from '../../run/resolve-command.ts';
import type { Command, CommandContext } from '../context.ts';
import type { Launch } from '../run/launch-plan.ts';
import { launch, planLaunch } from '../run/launch.ts';
import { reportConflicts } from '../run/report-conflicts.ts';
import { type PreparedRun, requestRun } from '../run/request.ts';
import { EnvFiles, readSources, type Sources, splitNames } from '../run/sources.ts';

/** Runs a command with its keys in the environment. Everything that can go wrong does so before it starts. */
export const run: Command = async (context) => {
  const { childCommand } = context;
  const plan = planLaunch(context);
  const [name = ''] = childCommand;
  const cwd = process.cwd();
  const file = resolveCommand(name, process.env, cwd);
  const envFiles = new EnvFiles();
  const prepare = async (again?: { readonly replaces: string | undefined }): Promise<Launch> => {
    const sources = await readSources(context, envFiles);
    const ask = { sources, command: name, cwd, ...(again === undefined ? {} : { again }) };
    const asked = requestRun(context, ask);
    const [inherited, prepared] = await Promise.all([
      whileAsking(() => inheritedEnvironment(context)),
      asked,
    ]);
    const { env, conflicts } = childEnv(context, inherited, sources, prepared);
    checkSizes(childCommand, env);
    if (again === undefined) await reportConflicts(context, conflicts);
    const { runId, secrets } = prepared;
    return { runId, command: { file, argv: childCommand, env, cwd }, secrets };
  };
  return launch(context, plan, await prepare(), (replaces) => prepare({ replaces }));
};

/** Does something after the request has gone out, in the time the agent takes for it. */
const whileAsking = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => setImmediate(() => resolve(work())));

const childEnv = (
  { flags }: CommandContext,
  inherited: NodeJS.ProcessEnv,
  { plain }: Sources,
  { injected, runId, env, apiBase }: PreparedRun,
): ReturnType<typeof buildChildEnv> => {
  const preserved = flags.text('preserve-env');
  const built = buildChildEnv({
    inherited,
    fromFiles: plain,
    injected,
    facts: {
      ...(apiBase === null ? {} : { MOLTBOTDEN_API_BASE: apiBase }),
      MOLTBOTDEN_ENV: env,
      KEYMOLT_KEY_FINGERPRINT: injected.map(({ fingerprint }) => fingerprint).join(','),
      KEYMOLT_RUN_ID: runId,
    },
    isPristine: flags.has('pristine'),
    preserve: flags.has('preserve-env') ? (preserved === undefined ? 'all' : splitNames(preserved)) : 'none',
    platform: process.platform,
  });
  // A variable that --preserve-env left as it was has no key of ours in it.
  const kept = new Set(built.conflicts.flatMap((one) => (one.winner === 'inherited' ? [one.injected] : [])));
  if (kept.size === 0) return built;
  const given = injected.filter((one) => !kept.has(one)).map(({ fingerprint }) => fingerprint);
  return { ...built, env: { ...built.env, KEYMOLT_KEY_FINGERPRINT: given.join(',') } };
};

const inheritedEnvironment = ({ paths, flags }: CommandContext): NodeJS.ProcessEnv => {
  const inherited = { ...process.env };
  // A relative home would be another one in a child that changes its folder.
  if ((inherited['KEYMOLT_HOME'] ?? '') !== '') inherited['KEYMOLT_HOME'] = paths.home;
  // In a run in a run: the address is that of the outer one's keys, and ours may be of another platform.
  const isOfOuterRun = inherited['KEYMOLT_RUN_ID'] !== undefined && !flags.has('preserve-env');
  if (isOfOuterRun) delete inherited['MOLTBOTDEN_API_BASE'];
  return inherited;
};
