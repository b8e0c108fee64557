import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../context.ts';
import { requireEnvironment } from '../keys/key-directory.ts';
import { requireDefinition } from '../platforms/platform-settings.ts';
import { commonBaseUrl, publicPart } from './hand-out.ts';
import { heldKeys, planInjection } from './plan-injection.ts';
import { Secret } from '../../vault/secret.ts';

/**
 * Starts a command from the window with keys in its environment; its output is masked before it leaves the core.
 * A person who sits at the unlocked window is the approval.
 * @throws {AppError} as `planInjection`, and COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE
 */
export async function launchRun(
  core: Core,
  call: Call,
  request: RequestOf<'runs.launch'>,
): Promise<ResponseOf<'runs.launch'>> {
  const vault = core.vault.require();
  const environment = requireEnvironment(vault, request.env);
  const only = request.keys.length === 0 ? undefined : request.keys;
  const plan = planInjection(vault, environment, { only, map: [], allowLive: false });
  const runId = core.randomBytes(9).toString('base64url');
  const apiBase = await commonBaseUrl(core, vault, plan);
  const cwd = request.cwd ?? core.launcher.homeFolder;
  const inherited = Object.entries(core.launcher.inheritedEnvironment()).filter(
    ([name]) => !name.startsWith('KEYMOLT_') || name === 'KEYMOLT_HOME',
  );
  const values = plan.map(({ key }) => vault.openValue(key.id));
  const first = plan[0];
  try {
    const { pid, stop } = await core.launcher.launch({
      command: request.command,
      cwd,
      environment: {
        ...Object.fromEntries(inherited),
        ...Object.fromEntries(
          plan.map(({ variable }, index) => [variable, values[index]?.expose().toString('utf8') ?? '']),
        ),
        ...(apiBase === null ? {} : { MOLTBOTDEN_API_BASE: apiBase }),
        MOLTBOTDEN_ENV: environment.meta.name,
        ...(first === undefined ? {} : { KEYMOLT_KEY_FINGERPRINT: first.key.meta.fingerprint }),
        KEYMOLT_RUN_ID: runId,
      },
      masks: plan.map(({ key }, index) => ({
        name: key.meta.name,
        value: Secret.adopt(Buffer.from(values[index]?.expose() ?? [])),
        publicPrefix: publicPart(requireDefinition(core, vault, key.meta.platform), key.meta.prefix),
      })),
      onOutput: (stream, text) => core.emit('runOutput', { run_id: runId, stream, text }),
      onEnd: (exitCode, signal) => {
        core.runs.end(runId);
        core.emit('runEnded', { run_id: runId, exit_code: exitCode, signal });
        core.emit('dataChanged', { what: 'runs' });
      },
    });
    const startTicks = core.processes.describe(pid)?.startTicks ?? 0;
    const command = request.command[0] ?? '';
    core.runs.add({
      runId,
      pid,
      startTicks,
      command,
      cwd,
      env: environment.meta.name,
      since: new Date(core.now()).toISOString(),
      keys: heldKeys(plan),
      stop,
    });
    if (vault.tamperFindings.length === 0) {
      vault.transact((tx) => {
        for (const { address } of heldKeys(plan))
          tx.audit({ actor: call.actor, action: 'run', subject: address, detail: command });
      });
    }
    core.emit('dataChanged', { what: 'runs' });
    return { schema: 1, run_id: runId, pid };
  } finally {
    for (const value of values) value.wipe();
  }
}

export function stopRun(core: Core, request: RequestOf<'runs.stop'>): ResponseOf<'runs.stop'> {
  if (!core.runs.stop(request.run_id)) throw new AppError('NOT_FOUND', 'That command has ended already.', '');
  return { schema: 1, warnings: [] };
}

export async function watchRun(
  core: Core,
  call: Call,
  request: RequestOf<'runs.watch'>,
): Promise<ResponseOf<'runs.watch'>> {
  const news = await core.watches.wait(request.run_id, call.signal);
  return { schema: 1, news: news.what, changed: news.what === 'restart' ? [...news.keys] : [] };
}

export function endRun(core: Core, request: RequestOf<'runs.ended'>): ResponseOf<'runs.ended'> {
  core.runs.end(request.run_id);
  core.emit('dataChanged', { what: 'runs' });
  return { schema: 1, warnings: [] };
}
