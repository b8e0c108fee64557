import { closeSync, writeSync } from 'node:fs';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { startCore } from '../app/start-core.ts';
import { createJsonLog } from '../log/json-log.ts';
import { forbidInspection } from './peer-credentials.ts';

/** Whoever started the agent waits for one line here (start-agent.ts). */
const READINESS_FD = 3;

function tellStarter(line: object): void {
  try {
    writeSync(READINESS_FD, `${JSON.stringify(line)}\n`);
    closeSync(READINESS_FD);
  } catch {
    // Started by hand: nobody waits.
  }
}

const log = createJsonLog();

// SECURITY: a crash report would list the whole environment, and heap details with it.
process.report.excludeEnv = true;
process.report.reportOnFatalError = false;
forbidInspection();

// SECURITY: without a handler Node answers this signal by opening its debugger on a TCP port, for every user of the machine.
process.on('SIGUSR1', () => log.warn('debugger.refused'));

process.on('uncaughtException', (error) => {
  log.error('uncaught', {}, error);
  process.exit(70);
});

try {
  const running = await startCore({ host: 'headless', env: process.env, log, onEnd: () => process.exit(0) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => running.end('stop'));
  // The terminal that started it may close; the agent stays.
  process.on('SIGHUP', () => undefined);
  log.info('agent.ready', { version: running.version });
  tellStarter({ ready: true });
} catch (error) {
  const known =
    error instanceof AppError
      ? error
      : new AppError(
          'INTERNAL',
          'The agent could not start because of a mistake of ours.',
          'Its log tells more.',
        );
  log.error('agent.failed', { code: known.code }, error);
  // Another process has the vault: the starter connects to that one.
  tellStarter({
    error: { ...known.toView(), ...(known.code === 'VAULT_IN_USE' ? { code: 'AGENT_UNAVAILABLE' } : {}) },
  });
  process.exit(1);
}
