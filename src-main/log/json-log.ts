import { writeSync } from 'node:fs';
import { redactAll } from '../../src-shared/domain/redact.ts';
import type { Log, LogFacts } from './ports.ts';

/** The numbers that log viewers know from pino and bunyan. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/**
 * Log lines as JSON on a file descriptor, written at once so that none is lost in a crash. A few lines of our own: a
 * logging package took 8 MB of the agent's memory.
 * SECURITY: every text goes through the redactor, whatever the caller thought it was (test/unit/log/json-log.test.ts).
 * @param fd default 2: the agent's stderr is its log file
 */
export function createJsonLog(fd = 2, level: 'debug' | 'info' = 'info'): Log {
  const write = (of: keyof typeof LEVELS, msg: string, facts: LogFacts = {}): void => {
    if (LEVELS[of] < LEVELS[level]) return;
    const line = { level: LEVELS[of], time: new Date().toISOString(), pid: process.pid, ...facts, msg };
    try {
      writeSync(fd, `${JSON.stringify(line)}\n`);
    } catch {
      // A full disk, or a descriptor that was closed: what was to be logged goes on without.
    }
  };
  return {
    debug: (event, facts) => write('debug', event, redactFacts(facts)),
    info: (event, facts) => write('info', event, redactFacts(facts)),
    warn: (event, facts) => write('warn', event, redactFacts(facts)),
    error: (event, facts, cause) => write('error', event, { ...redactFacts(facts), ...describeCause(cause) }),
  };
}

const redactFacts = (facts: LogFacts = {}): LogFacts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? redactAll(fact) : fact]),
  );

/** Names, messages and places of an error and its causes; other properties may hold requests, headers, anything. */
function describeCause(cause: unknown): LogFacts {
  if (cause === undefined) return {};
  if (!(cause instanceof Error)) return { cause: typeof cause };
  const chain: string[] = [];
  for (let error: unknown = cause; error instanceof Error && chain.length < 5; error = error.cause) {
    chain.push(`${error.name}: ${error.message}`);
  }
  const code = 'code' in cause && typeof cause.code === 'string' ? { cause_code: cause.code } : {};
  return {
    cause: redactAll(chain.join(' ← ')),
    at: redactAll(cause.stack?.split('\n').slice(1, 6).join(' ').replace(/\s+/g, ' ') ?? ''),
    ...code,
  };
}

/** For tests and one-off tools that want no log. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
