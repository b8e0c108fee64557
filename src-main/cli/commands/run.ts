import { buildChildEnv, checkSizes } from '../../run/build-child-env.ts';
import { resolveCommand } from '../../run/resolve-command.ts';
import type { Command, CommandContext } from '../context.ts';
import type { Launch } from '../run/launch-plan.ts';
import { launch, planLaunch } from '../run/launch.ts';
import { reportConflicts } from '../run/report-conflicts.ts';
import { type PreparedRun, requestRun } from '../run/request.ts';
import { readSources, splitNames } from '../run/sources.ts';

/** Runs a command with its keys in the environment. Everything that can go wrong does so before it starts. */
export const run: Command = async (context) => {
  const { childCommand } = context;
  const plan = planLaunch(context);
  const [name = ''] = childCommand;
  const cwd = process.cwd();
  const file = resolveCommand(name, process.env, cwd);
  const sources = await readSources(context);
  const toLaunch = async (prepared: PreparedRun, isFirst: boolean): Promise<Launch> => {
    const { env, conflicts } = childEnv(context, sources.plain, prepared);
    checkSizes(childCommand, env);
    if (isFirst) await reportConflicts(context, conflicts);
    const { runId, secrets } = prepared;
    return { runId, command: { file, argv: childCommand, env, cwd }, secrets };
  };
  const ask = { sources, command: name, cwd };
  const first = await toLaunch(await requestRun(context, ask), true);
  return launch(context, plan, first, async (replaces) =>
    toLaunch(await requestRun(context, { ...ask, again: { replaces } }), false),
  );
};

const childEnv = (
  context: CommandContext,
  plain: Readonly<Record<string, string>>,
  { injected, runId, env, apiBase }: PreparedRun,
): ReturnType<typeof buildChildEnv> => {
  const { flags } = context;
  const preserved = flags.text('preserve-env');
  return buildChildEnv({
    inherited: inheritedEnvironment(context),
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
};

/** A relative home would be another one in a child that changes its folder. */
const inheritedEnvironment = ({ paths }: CommandContext): NodeJS.ProcessEnv =>
  (process.env['KEYMOLT_HOME'] ?? '') === '' ? process.env : { ...process.env, KEYMOLT_HOME: paths.home };
