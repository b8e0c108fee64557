import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, fromErrorView } from '../../src-shared/errors/app-error.ts';
import { isErrorCode } from '../../src-shared/errors/codes.ts';
import { callControl } from './control-client.ts';
import { readSandboxState, type SandboxInfo, sandboxStatePath } from './state-file.ts';

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5000;
const MAX_LINE = 16_384;

export interface SandboxProcessOptions {
  readonly home: string;
  /** The built sandbox/main.js, or main.ts where Node runs TypeScript. */
  readonly entryPath: string;
  readonly nodePath: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tier: string;
}

const readyLine = z.discriminatedUnion('ready', [
  z.object({ ready: z.literal(true) }),
  z.object({
    ready: z.literal(false),
    error: z.object({
      code: z.string().refine(isErrorCode),
      message: z.string(),
      hint: z.string(),
      retryable: z.boolean(),
      exit: z.number(),
    }),
  }),
]);

/**
 * The sandbox of this home, if one runs. A file that a killed sandbox left is told from a running one by asking:
 * its process id may belong to another program by now.
 */
export async function findSandbox(home: string): Promise<SandboxInfo | undefined> {
  const info = readSandboxState(sandboxStatePath(home));
  if (info === undefined || !isAlive(info.pid)) return undefined;
  const health = await callControl(info, 'GET', '/health');
  const parsed = z.object({ ok: z.literal(true), pid: z.literal(info.pid) }).safeParse(health?.json);
  return parsed.success ? info : undefined;
}

function findText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const alreadyRunning = (info: SandboxInfo | undefined): AppError =>
  new AppError(
    'SANDBOX_RUNNING',
    `A sandbox runs already${info === undefined ? '' : ` at ${info.baseUrl}`}.`,
    'Use it, or stop it with `keymolt sandbox stop`.',
    info === undefined
      ? {}
      : { details: { base_url: info.baseUrl, control_url: info.controlUrl, pid: info.pid } },
  );

/**
 * Starts the sandbox as a process that outlives this one.
 * @throws {AppError} SANDBOX_RUNNING with its `base_url`, SANDBOX_UNAVAILABLE, USAGE
 */
export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxInfo> {
  const { home, entryPath, nodePath, port, tier } = options;
  const path = sandboxStatePath(home);
  const before = findText(path);
  const running = await findSandbox(home);
  if (running) throw alreadyRunning(running);
  // What a killed sandbox left; not what another start may have written since.
  if (before !== undefined && findText(path) === before) rmSync(path, { force: true });

  const child = spawn(nodePath, [entryPath, '--port', String(port), '--tier', tier, '--state-file', path], {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    // SECURITY: the sandbox needs nothing of our environment, which may hold keys.
    env: bareEnvironment(),
  });
  try {
    const line = await firstLine(child.stdout, child, START_TIMEOUT_MS);
    const parsed = readyLine.safeParse(line);
    if (!parsed.success)
      throw new AppError('SANDBOX_UNAVAILABLE', 'The sandbox did not say that it is ready.', 'Try again.');
    if (!parsed.data.ready) {
      const { error } = parsed.data;
      throw error.code === 'SANDBOX_RUNNING' ? alreadyRunning(await findSandbox(home)) : fromErrorView(error);
    }
    const info = await findSandbox(home);
    if (!info)
      throw new AppError('SANDBOX_UNAVAILABLE', 'The sandbox started and does not answer.', 'Try again.');
    return info;
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  } finally {
    child.stdout.destroy();
    child.unref();
  }
}

function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'TZ', 'LANG'];
  return {
    ...Object.fromEntries(
      kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    // In the desktop app the Node that we start is Electron itself.
    ...('electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
  };
}

function firstLine(
  stdout: NodeJS.ReadableStream,
  child: { once(event: 'error' | 'exit', listener: (cause: unknown) => void): unknown },
  timeoutMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      clearTimeout(timer);
      reject(
        new AppError(
          'SANDBOX_UNAVAILABLE',
          `The sandbox cannot start: ${why}.`,
          'Try again; `--debug` tells more.',
          { cause },
        ),
      );
    };
    const timer = setTimeout(() => {
      fail('it did not get ready in time');
    }, timeoutMs);
    let text = '';
    stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(0, MAX_LINE);
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      try {
        resolve(JSON.parse(text.slice(0, end)));
      } catch (cause) {
        fail('it said something that is not its ready line', cause);
      }
    });
    stdout.on('end', () => {
      fail('it ended before it was ready');
    });
    child.once('error', (cause) => {
      fail('its program cannot be started', cause);
    });
  });
}

/** Stops the sandbox of this home and waits for its end. @returns false where none ran */
export async function stopSandboxProcess(home: string): Promise<boolean> {
  const path = sandboxStatePath(home);
  const info = await findSandbox(home);
  if (!info) {
    rmSync(path, { force: true });
    return false;
  }
  await callControl(info, 'POST', '/shutdown');
  // SECURITY: a signal goes only to a process that has just shown that it is the sandbox.
  for (const signal of [undefined, 'SIGTERM', 'SIGKILL'] as const) {
    if (signal !== undefined && isAlive(info.pid)) process.kill(info.pid, signal);
    const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
    while (isAlive(info.pid) && Date.now() < giveUpAt) await delay(20);
    if (!isAlive(info.pid)) break;
  }
  rmSync(path, { force: true });
  return true;
}
