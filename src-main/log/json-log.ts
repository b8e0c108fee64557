import { pino } from 'pino';
import { redactAll } from '../../src-shared/domain/redact.ts';
import type { Log, LogFacts } from './ports.ts';

/**
 * Log lines as JSON on a file descriptor, written at once so that none is lost in a crash.
 * SECURITY: every text goes through the redactor, whatever the caller thought it was (test/unit/log/json-log.test.ts).
 * @param fd default 2: the agent's stderr is its log file
 */
export function createJsonLog(fd = 2, level: 'debug' | 'info' = 'info'): Log {
  const sink = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd, sync: true }),
  );
  return {
    debug: (event, facts) => sink.debug(redactFacts(facts), event),
    info: (event, facts) => sink.info(redactFacts(facts), event),
    warn: (event, facts) => sink.warn(redactFacts(facts), event),
    error: (event, facts, cause) => sink.error({ ...redactFacts(facts), ...describeCause(cause) }, event),
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
