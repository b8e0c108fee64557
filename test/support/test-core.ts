import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import type { Outcome } from '../../src-shared/contract/outcome.ts';
import { fromErrorView } from '../../src-shared/errors/app-error.ts';
import { type Paths, resolvePaths } from '../../src-main/agent/paths.ts';
import { type ComposedCore, composeCore } from '../../src-main/app/compose.ts';
import { type Answer, dispatch } from '../../src-main/ipc/dispatch.ts';
import { createDocuments } from '../../src-main/documents/documents.ts';
import type { KeyStore } from '../../src-main/keystore/ports.ts';
import type { Log } from '../../src-main/log/ports.ts';
import { type Sandbox, startSandbox } from '../../src-main/sandbox/server.ts';
import { sandboxUrls } from '../../src-main/sandbox/state-file.ts';
import type { CallerProcess, Launcher, SandboxInfo } from '../../src-main/services/ports.ts';
import { Secret } from '../../src-main/vault/secret.ts';

export const PASSPHRASE = 'a passphrase for tests only';
export const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

export interface Ask {
  readonly face?: 'window' | 'socket';
  readonly isTrustedSender?: boolean;
  readonly process?: CallerProcess | null;
}

/** A whole core in this process: real vault on disk, real dispatcher, the sandbox platform over real HTTP. */
export interface TestCore extends ComposedCore {
  readonly paths: Paths;
  readonly sandbox: () => Sandbox | undefined;
  /** Everything that went to the log, as text. */
  readonly logged: string[];
  readonly clipboard: { text: string };
  /** What the person says in the dialogs of the host; null: they change their mind; undefined: the host has no such dialog. */
  readonly says: { place: string | null | undefined; file: string | null | undefined };
  readonly ask: (channel: string, payload: unknown, how?: Ask) => Promise<Answer>;
  /** @throws the AppError of a refusal */
  readonly call: <C extends ChannelName>(
    channel: C,
    request: RequestOf<C>,
    how?: Ask,
  ) => Promise<ResponseOf<C>>;
  /** As `call`, with the secret bytes of the answer as text. */
  readonly callForSecrets: <C extends ChannelName>(
    channel: C,
    request: RequestOf<C>,
    how?: Ask,
  ) => Promise<{ result: ResponseOf<C>; secrets: Record<string, string> }>;
  readonly dispose: () => Promise<void>;
}

/** A keychain in memory, which can be told to be unavailable. */
export function memoryKeychain(entries = new Map<string, Buffer>()): KeyStore {
  return {
    description: 'a keychain in memory',
    probe: () => Promise.resolve({ available: true, detail: 'a keychain in memory' }),
    find: (account) => Promise.resolve(entries.has(account) ? Buffer.from(entries.get(account)!) : undefined),
    set: (account, value) => {
      entries.set(account, Buffer.from(value));
      return Promise.resolve();
    },
    remove: (account) => {
      entries.delete(account);
      return Promise.resolve();
    },
  };
}

export interface TestCoreOptions {
  readonly home?: string;
  readonly keyStore?: KeyStore;
  readonly host?: 'desktop' | 'headless';
  /** For a core that starts commands; otherwise it starts none. */
  readonly launcher?: Launcher;
}

export function makeTestCore(options: TestCoreOptions = {}): TestCore {
  const home = options.home ?? mkdtempSync(path.join(tmpdir(), 'keymolt-test-'));
  const paths = resolvePaths({ KEYMOLT_HOME: home });
  const logged: string[] = [];
  const note = (...parts: unknown[]): void =>
    void logged.push(
      parts
        .map((part) =>
          part instanceof Error ? `${part.message} ${String(part.cause)}` : JSON.stringify(part),
        )
        .join(' '),
    );
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const clipboard = { text: '' };
  const says: TestCore['says'] = { place: undefined, file: undefined };
  const answer = (said: string | null | undefined) =>
    said === undefined ? undefined : Promise.resolve(said);
  let sandbox: Sandbox | undefined;
  const info = (): SandboxInfo | undefined => {
    if (sandbox === undefined) return undefined;
    const { owners, webApiKey, baseUrl, controlUrl } = sandbox;
    const owner = ({ email, password }: { email: string; password: string }) => ({
      email,
      password: Secret.fromText(password),
    });
    return {
      baseUrl,
      controlUrl,
      pid: process.pid,
      ...sandboxUrls(baseUrl, webApiKey),
      owners: { test: owner(owners.test), live: owner(owners.live) },
    };
  };
  const composed = composeCore({
    host: options.host ?? 'headless',
    version: '0.0.0-test',
    paths,
    log,
    keyStore: options.keyStore ?? memoryKeychain(),
    clipboard: {
      write: (value) => {
        clipboard.text = value.expose().toString('utf8');
        return Promise.resolve(true);
      },
      clearIfUnchanged: (value) => {
        const isSame = clipboard.text === value.expose().toString('utf8');
        if (isSame) clipboard.text = '';
        return Promise.resolve(isSame);
      },
    },
    launcher: options.launcher ?? {
      homeFolder: home,
      inheritedEnvironment: () => ({ PATH: process.env['PATH'] ?? '' }),
      launch: () => Promise.reject(new Error('this core launches nothing')),
    },
    documents: createDocuments({
      homeFolder: home,
      ownFolder: path.join(home, 'not-in-here'),
      env: {},
      ask: () => answer(says.place),
      askForFile: () => answer(says.file),
    }),
    printer: { toPdf: () => Promise.resolve(Buffer.from('%PDF-1.7 of a test')) },
    desktop: {
      settings: () => ({ startAtLogin: null, notifications: null, stayInTray: null }),
      set: () => undefined,
      takePlace: () => null,
      remember: () => undefined,
      protectScreen: () => undefined,
    },
    sandbox: {
      find: () => Promise.resolve(info()),
      start: async ({ tier }) => {
        sandbox = await startSandbox({ port: 0, tier: tier ?? 'forge' });
        return info()!;
      },
      stop: async () => {
        const wasRunning = sandbox !== undefined;
        await sandbox?.close();
        sandbox = undefined;
        return wasRunning;
      },
    },
    onShutDown: () => undefined,
  });
  const ask: TestCore['ask'] = (channel, payload, how = {}) =>
    dispatch(composed.core, {
      face: how.face ?? 'socket',
      channel,
      payload,
      isTrustedSender: how.isTrustedSender ?? true,
      actor: 'a test',
      process: how.process ?? null,
      signal: new AbortController().signal,
    });
  const unwrap = (outcome: Outcome<unknown>): unknown => {
    if (!outcome.ok) throw fromErrorView(outcome.error);
    return outcome.result;
  };
  return {
    ...composed,
    paths,
    sandbox: () => sandbox,
    logged,
    clipboard,
    says,
    ask,
    // The dispatcher has cut the answer to the contract's schema.
    call: async (channel, request, how) => unwrap((await ask(channel, request, how)).outcome) as never,
    callForSecrets: async (channel, request, how) => {
      const { outcome, attachments } = await ask(channel, request, how);
      const secrets = Object.fromEntries(
        [...attachments].map(([name, secret]) => [name, secret.expose().toString('utf8')]),
      );
      return { result: unwrap(outcome) as never, secrets };
    },
    dispose: async () => {
      await sandbox?.close();
      await composed.close('by_user');
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A test core with a vault that is open. */
export async function makeOpenCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const core = makeTestCore(options);
  await core.call('vault.create', { passphrase: bytes(PASSPHRASE) });
  return core;
}
