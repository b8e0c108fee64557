import { parseArgs } from 'node:util';
import { AppError, type ErrorView } from '../../src-shared/errors/app-error.ts';
import { startSandbox } from './server.ts';
import { readSandboxState, removeSandboxState, writeSandboxState } from './state-file.ts';

/**
 * The sandbox as a process of its own: `--port N --tier T --state-file F`. Prints one JSON line, either
 * `{"ready":true,…}` or `{"ready":false,"error":…}`, and runs until it is told to stop. Plain Node 20 and newer.
 */

const STILL_WANTED_EVERY_MS = 2000;

function readArguments(): { port: number; tier: string; stateFile: string; seed: string | undefined } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      tier: { type: 'string', default: 'spark' },
      'state-file': { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const port = Number(values.port);
  const stateFile = values['state-file'];
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('USAGE', 'A port is a number from 0 to 65535.');
  if (stateFile === undefined) throw new AppError('USAGE', 'The sandbox needs --state-file F.');
  return { port, tier: values.tier, stateFile, seed: values.seed };
}

function say(
  line:
    { ready: true; pid: number; base_url: string; control_url: string } | { ready: false; error: ErrorView },
): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function main(): Promise<void> {
  process.umask(0o077);
  // Whoever started us reads one line and leaves: a later write must not end us.
  process.stdout.on('error', () => undefined);
  const { port, tier, stateFile, seed } = readArguments();

  const sandbox = await startSandbox({
    port,
    tier,
    onShutDown: () => {
      stop();
    },
    ...(seed === undefined ? {} : { seed }),
  });
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    removeSandboxState(stateFile, process.pid);
    void sandbox.close().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);

  if (!writeSandboxState(stateFile, sandbox, new Date().toISOString())) {
    await sandbox.close();
    throw new AppError(
      'SANDBOX_RUNNING',
      'A sandbox runs already.',
      'Use it, or stop it with `keymolt sandbox stop`.',
    );
  }
  // Whoever removes the home, or lets another sandbox take its place, wants this one gone too.
  const watch = setInterval(() => {
    if (readSandboxState(stateFile)?.pid !== process.pid) stop();
  }, STILL_WANTED_EVERY_MS);
  watch.unref();
  say({ ready: true, pid: process.pid, base_url: sandbox.baseUrl, control_url: sandbox.controlUrl });
}

main().catch((error: unknown) => {
  const view =
    error instanceof AppError
      ? error.toView()
      : new AppError(
          'SANDBOX_UNAVAILABLE',
          `The sandbox cannot start: ${error instanceof Error ? error.message : 'unknown'}.`,
        ).toView();
  say({ ready: false, error: view });
  process.exitCode = 1;
});
