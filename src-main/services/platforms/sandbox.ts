import { BugError } from '../../../src-shared/errors/bug-error.ts';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { Call, Core } from '../context.ts';
import { createKeys } from '../keys/creation/create-batch.ts';
import { findKey, requireEnvironment } from '../keys/key-directory.ts';

export async function startSandbox(
  core: Core,
  request: RequestOf<'sandbox.start'>,
): Promise<ResponseOf<'sandbox.start'>> {
  const info = await core.sandbox.start({
    ...(request.port === undefined ? {} : { port: request.port }),
    ...(request.tier === undefined ? {} : { tier: request.tier }),
  });
  core.emit('dataChanged', { what: 'platforms' });
  return { schema: 1, base_url: info.baseUrl, control_url: info.controlUrl, pid: info.pid };
}

export async function stopSandbox(core: Core): Promise<ResponseOf<'sandbox.stop'>> {
  const wasRunning = await core.sandbox.stop();
  core.emit('dataChanged', { what: 'platforms' });
  return { schema: 1, warnings: wasRunning ? [] : ['The sandbox was not running.'] };
}

/** The window's first try: a platform without risk, and a first key on it. */
export async function trySandbox(core: Core, call: Call): Promise<ResponseOf<'sandbox.tryIt'>> {
  const vault = core.vault.require();
  if ((await core.sandbox.find()) === undefined) await core.sandbox.start({});
  const environment = requireEnvironment(vault, 'dev');
  let name = 'sandbox-first-key';
  for (let count = 2; findKey(vault, environment.id, name) !== undefined; count += 1)
    name = `sandbox-key-${count}`;
  const { keys } = await createKeys(core, call, {
    name,
    env: 'dev',
    platform: 'sandbox-hosting',
    metadata: { purpose: 'First try on the sandbox platform' },
  });
  const [key] = keys;
  if (key === undefined) throw new BugError('creating one key gave none');
  return { schema: 1, key, warnings: [] };
}
