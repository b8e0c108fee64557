import { AppError } from '../../../src-shared/errors/app-error.ts';
import { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { requireEnvironment } from '../keys/key-directory.ts';
import { requireDefinition } from '../platforms/platform-settings.ts';
import type { TerminalSize } from '../ports.ts';
import { commonBaseUrl, noteHandedOut, publicPart } from '../runs/hand-out.ts';
import { heldKeys, planInjection } from '../runs/plan-injection.ts';
import { RunOutput } from './run-output.ts';
import type { CommandWish, Launch, WindowRun } from './window-runs.ts';

/** Clears a terminal and puts it back as it was at first (ECMA-48, RIS). */
const RESET = '\u001bc';

/**
 * Starts a command from the window with keys in its environment; its output is masked before it leaves the core.
 * A person who sits at the unlocked window is the approval.
 * @throws {AppError} as `planInjection`, and COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE
 */
export async function startCommand(
  core: Core,
  actor: string,
  wish: CommandWish,
  size: TerminalSize,
): Promise<WindowRun> {
  const id = newId(core);
  const output = new RunOutput({
    tell: (offset, text) => core.emit('runOutput', { id, offset, text }),
    sleep: core.sleep,
  });
  const run: Omit<WindowRun, 'launch'> = { id, wish, output, size, end: null, following: undefined };
  const launch = await launchOnce(core, actor, run, id, undefined);
  const started: WindowRun = Object.assign(run, { launch });
  core.windowRuns.add(started);
  isUnderWay(core, actor, started);
  return started;
}

/**
 * Ends it where it still runs, and starts it with the values of now.
 * @throws {AppError} as `startCommand`; then it is left as it is
 */
export async function restartCommand(core: Core, actor: string, run: WindowRun): Promise<WindowRun> {
  if (restarting.has(run))
    throw new AppError('REFUSED', 'It is being started anew already.', 'Wait a moment.');
  restarting.add(run);
  try {
    // A command that cannot be started again is not ended for it.
    requirePlan(core, run.wish);
    run.following?.abort();
    if (run.end === null) {
      run.launch.launched.stop(false);
      await run.launch.ended;
    }
    await run.output.push(RESET);
    run.launch = await launchOnce(core, actor, run, newId(core), run.launch.runId);
    run.end = null;
    isUnderWay(core, actor, run);
    return run;
  } finally {
    restarting.delete(run);
  }
}

const restarting = new WeakSet<WindowRun>();

const newId = (core: Core): string => core.randomBytes(9).toString('base64url');

/** Once it is known to all: the pages are told, and where it watches its keys are followed. */
function isUnderWay(core: Core, actor: string, run: WindowRun): void {
  const { launch } = run;
  core.emit('dataChanged', { what: 'runs' });
  if (run.wish.watch) void followKeys(core, actor, run);
  void launch.ended.then(() => {
    if (run.launch === launch) run.following?.abort();
  });
}

async function followKeys(core: Core, actor: string, run: WindowRun): Promise<void> {
  const following = new AbortController();
  run.following = following;
  try {
    const news = await core.watches.wait(run.launch.runId, following.signal);
    if (news.what === 'restart') await restartCommand(core, actor, run);
  } catch (error) {
    // Nobody asked for it now, so nobody is to be told but the log; the window shows it as a laggard.
    if (!following.signal.aborted) core.log.error('run.follow', {}, error);
  }
}

const requirePlan = (core: Core, wish: CommandWish) => {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, wish.env);
  const only = wish.keys.length === 0 ? undefined : wish.keys;
  return { vault, environment, plan: planInjection(vault, environment, { only, map: [], allowLive: false }) };
};

async function launchOnce(
  core: Core,
  actor: string,
  run: Omit<WindowRun, 'launch'>,
  runId: string,
  replaces: string | undefined,
): Promise<Launch> {
  const { vault, environment, plan } = requirePlan(core, run.wish);
  const apiBase = await commonBaseUrl(core, vault, plan);
  const cwd = run.wish.cwd ?? core.launcher.homeFolder;
  const inherited = Object.entries(core.launcher.inheritedEnvironment()).filter(
    ([name]) => !name.startsWith('KEYMOLT_') || name === 'KEYMOLT_HOME',
  );
  const values = plan.map(({ key }) => vault.openValue(key.id));
  const command = run.wish.command[0] ?? '';
  const held = heldKeys(plan);
  let settle!: () => void;
  const ended = new Promise<void>((resolve) => (settle = resolve));
  try {
    noteHandedOut(vault, { actor }, plan, 'run', command);
    const launched = await core.launcher.launch({
      command: run.wish.command,
      cwd,
      size: run.size,
      environment: {
        ...Object.fromEntries(inherited),
        ...Object.fromEntries(
          plan.map(({ variable }, index) => [variable, values[index]?.expose().toString('utf8') ?? '']),
        ),
        ...(apiBase === null ? {} : { MOLTBOTDEN_API_BASE: apiBase }),
        MOLTBOTDEN_ENV: environment.meta.name,
        KEYMOLT_KEY_FINGERPRINT: held.map(({ fingerprint }) => fingerprint).join(','),
        KEYMOLT_RUN_ID: runId,
      },
      masks: plan.map(({ key }, index) => ({
        name: key.meta.name,
        value: Secret.adopt(Buffer.from(values[index]?.expose() ?? [])),
        publicPrefix: publicPart(requireDefinition(core, vault, key.meta.platform), key.meta.prefix),
      })),
      onOutput: (text) => run.output.push(text),
      onEnd: (exitCode, signal) => {
        core.runs.end(runId);
        run.end = { at: new Date(core.now()).toISOString(), exit_code: exitCode, signal };
        settle();
        core.emit('dataChanged', { what: 'runs' });
      },
    });
    const since = new Date(core.now()).toISOString();
    core.runs.add({
      runId,
      pid: launched.pid,
      startTicks: core.processes.describe(launched.pid)?.startTicks ?? 0,
      command,
      cwd,
      env: environment.meta.name,
      since,
      keys: held,
      watches: run.wish.watch,
    });
    if (replaces !== undefined) core.watches.replaced(replaces, runId);
    return { runId, launched, cwd, keys: held.map(({ address }) => address), since, ended };
  } finally {
    for (const value of values) value.wipe();
  }
}
