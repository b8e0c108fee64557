import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { KEYCHAIN_HELPER } from './keychain-helper.ts';
import { KEYSTORE_TIMEOUT_MS, type KeyStore } from './ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Operation = 'find' | 'set' | 'remove' | 'probe';

export interface OsKeyStoreOptions {
  readonly env?: Environment;
  readonly timeoutMs?: number;
  /** The module with keytar's functions; tests put one in its place that hangs or lies. */
  readonly modulePath?: string;
  /** The Node to run it, where none can be looked for: in a desktop package. */
  readonly nodePath?: string;
}

const SERVICE = 'keymolt';
const MAX_ANSWER_BYTES = 64 * 1024;

const DESCRIPTIONS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
};

/**
 * The keychain of the operating system, through keytar in a process of its own for each call: a call that hangs is
 * ended with its process after `timeoutMs`, and the next one starts afresh.
 */
export function createOsKeyStore(options: OsKeyStoreOptions = {}): KeyStore {
  const env = options.env ?? process.env;
  const timeoutMs = options.timeoutMs ?? KEYSTORE_TIMEOUT_MS;
  const modulePath = options.modulePath ?? createRequire(import.meta.url).resolve('keytar');
  const { nodePath } = options;
  const description = DESCRIPTIONS[process.platform] ?? 'Secret Service (libsecret)';
  const call = async (
    operation: Operation,
    account: string,
    value?: Uint8Array,
  ): Promise<Buffer | undefined> => {
    const absent = findAbsence(env);
    if (absent !== undefined) throw unavailable(absent);
    return callHelper(
      {
        modulePath,
        env,
        timeoutMs,
        runtime: nodePath === undefined ? findRuntime() : { path: nodePath, env: {} },
      },
      { operation, account, value: value ?? Buffer.alloc(0) },
    );
  };
  return {
    description,
    async probe() {
      try {
        await call('probe', `probe/${randomBytes(8).toString('hex')}`, randomBytes(32));
        return { available: true, detail: description };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { available: false, detail: error.message };
      }
    },
    find: (account) => call('find', account),
    async set(account, value) {
      await call('set', account, value);
    },
    async remove(account) {
      await call('remove', account);
    },
  };
}

/** Why there can be no keychain, seen without asking one: libsecret without a bus would start a bus of its own. */
function findAbsence(env: Environment): string | undefined {
  if (process.platform === 'darwin' || process.platform === 'win32') return undefined;
  if (env['DBUS_SESSION_BUS_ADDRESS']) return undefined;
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  if (runtimeFolder && existsSync(join(runtimeFolder, 'bus'))) return undefined;
  return 'this session has no D-Bus, so there is no Secret Service';
}

interface Runtime {
  readonly path: string;
  readonly env: Environment;
}

interface HelperContext {
  readonly modulePath: string;
  readonly env: Environment;
  readonly timeoutMs: number;
  readonly runtime: Runtime;
}

function callHelper(
  context: HelperContext,
  request: { readonly operation: Operation; readonly account: string; readonly value: Uint8Array },
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const { runtime } = context;
    const child = spawn(runtime.path, ['-e', KEYCHAIN_HELPER, context.modulePath], {
      env: { ...helperEnvironment(context.env), ...runtime.env },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => {
      settle(() => {
        reject(unavailable(`it did not answer within ${context.timeoutMs / 1000} s (it may be locked)`));
      });
    }, context.timeoutMs);
    const settle = (report: () => void): void => {
      clearTimeout(timer);
      // A helper that has answered may still hang in the library's own clean-up.
      child.kill('SIGKILL');
      for (const stream of [child.stdin, child.stdout]) stream.destroy();
      child.unref();
      report();
    };
    child.once('error', (error) => {
      settle(() => {
        reject(unavailable('the process that asks it could not be started', error));
      });
    });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
    });
    child.stdout.once('end', () => {
      const answer = Buffer.concat(chunks);
      for (const chunk of chunks) chunk.fill(0);
      settle(() => {
        const status = answer[0];
        if (status === 0x30) resolve(answer.subarray(1));
        else if (status === 0x31) resolve(undefined);
        else reject(unavailable(answer.toString('utf8', 1, 300) || 'the process that asks it failed'));
      });
    });
    child.stdin.on('error', () => {
      // It ended before it read everything; what it answered says why.
    });
    const { operation, account, value } = request;
    child.stdin.write(`${JSON.stringify({ operation, service: SERVICE, account })}\n`);
    child.stdin.end(value);
  });
}

/** A Node to run the helper: our own, the installed one, or Electron as Node. */
function findRuntime(): Runtime {
  if (!('electron' in process.versions)) return { path: process.execPath, env: {} };
  try {
    const folder = join(createRequire(import.meta.url).resolve('node/package.json'), '..', 'bin');
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(path)) return { path, env: {} };
  } catch {
    // Not installed with the app.
  }
  return { path: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } };
}

/**
 * SECURITY: without SECRET_*, by which libsecret takes a plain file for a keychain; without NODE_*, which loads code;
 * without DISPLAY, with which libsecret starts a bus of its own (test/conformance/key-store.test.ts).
 */
function helperEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || /^(SECRET_|NODE_|KEYMOLT_|LD_|DYLD_|ELECTRON_|DISPLAY$)/.test(name)) continue;
    kept[name] = value;
  }
  return kept;
}

const unavailable = (why: string, cause?: unknown): AppError =>
  new AppError(
    'KEYCHAIN_UNAVAILABLE',
    `The keychain cannot be used: ${why}.`,
    'The vault works with its passphrase as before.',
    cause === undefined ? {} : { cause },
  );
