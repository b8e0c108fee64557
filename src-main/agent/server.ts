import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { failure } from '../../src-shared/contract/outcome.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import { dispatch } from '../ipc/dispatch.ts';
import type { Core } from '../services/context.ts';
import type { CallerProcess } from '../services/ports.ts';
import { connectToAgent } from './client.ts';
import { ensurePrivateFolder, type Paths } from './paths.ts';
import { readPeerCredentials } from './peer-credentials.ts';
import { readSocket } from './wire/read-socket.ts';
import {
  encodeAnswer,
  encodeHello,
  type Frame,
  FrameDecoder,
  readRequest,
  readRequestId,
  REQUEST_LIMITS,
  type WireAnswer,
} from './wire/protocol.ts';

/** A client that began a message has so long to finish it. */
const HALF_MESSAGE_MS = 2000;
/** A connection without a request goes after so long. */
const IDLE_MS = 60_000;
const MOST_CONNECTIONS = 256;
const MOST_OPEN_REQUESTS = 32;

export interface AgentServer {
  /** Stops listening; open connections end once `drained` or after a moment. */
  close(): Promise<void>;
}

/**
 * The socket's server: one dispatcher, any number of local clients of the same user.
 * Must be called by the holder of the vault's process lock: a socket file that nobody answers is removed.
 * @param onAnswered called after each answer
 * @throws {AppError} AGENT_UNAVAILABLE where another agent answers, UNSAFE_LOCATION
 */
export async function serveAgent(
  core: Core,
  paths: Paths,
  onAnswered: () => void = () => undefined,
): Promise<AgentServer> {
  if (paths.socketFolder !== null) {
    ensurePrivateFolder(paths.socketFolder, { mayBeLink: !paths.isSocketInSharedPlace });
    await removeStaleSocket(paths);
  }
  const clients = new Set<Client>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    makeRoom(clients);
    const client = new Client(core, socket, onAnswered);
    clients.add(client);
    void client.closed.then(() => clients.delete(client));
  });
  await listen(server, paths);
  return {
    close: async () => {
      const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.finish();
      await Promise.all([isClosed, ...[...clients].map(({ closed }) => closed)]);
    },
  };
}

async function removeStaleSocket(paths: Paths): Promise<void> {
  const other = await connectToAgent(paths);
  if (other !== undefined) {
    other.close();
    throw new AppError(
      'AGENT_UNAVAILABLE',
      'Another agent already answers on the socket.',
      'Use that one, or end it with `keymolt agent stop`.',
    );
  }
  rmSync(paths.socket, { force: true });
}

async function listen(server: Server, paths: Paths): Promise<void> {
  // SECURITY: the socket must never exist with open permissions, not even for a moment.
  const mask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(paths.socket, () => resolve());
    });
  } catch (cause) {
    throw new AppError(
      'AGENT_UNAVAILABLE',
      `The socket ${paths.socket} cannot be opened.`,
      'Check the folder, or set KEYMOLT_HOME to another one.',
      { cause },
    );
  } finally {
    process.umask(mask);
  }
  if (paths.socketFolder !== null) chmodSync(paths.socket, 0o600);
}

/** Drops the connection that has been idle longest when there are too many; a busy one is never dropped. */
function makeRoom(clients: ReadonlySet<Client>): void {
  if (clients.size < MOST_CONNECTIONS) return;
  const idle = [...clients].filter(({ isIdle }) => isIdle);
  const oldest =
    idle.length === 0 ? undefined : idle.reduce((a, b) => (a.lastHeardAt <= b.lastHeardAt ? a : b));
  oldest?.drop();
}

class Client {
  lastHeardAt = performance.now();
  /** Resolves once the connection is gone. */
  readonly closed: Promise<void>;
  readonly #core: Core;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder(REQUEST_LIMITS);
  readonly #gone = new AbortController();
  readonly #onAnswered: () => void;
  readonly #peer: { readonly isOurs: boolean; readonly process: CallerProcess | null };
  #open = 0;
  #isFinishing = false;
  #timer: NodeJS.Timeout | undefined;
  #stalled: NodeJS.Timeout | undefined;

  constructor(core: Core, accepted: Socket, onAnswered: () => void) {
    this.#core = core;
    this.#onAnswered = onAnswered;
    this.#peer = identify(core, accepted);
    const socket = readSocket(accepted, (chunk) => this.#receive(chunk));
    this.#socket = socket;
    socket.on('error', () => this.drop());
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        clearTimeout(this.#timer);
        clearTimeout(this.#stalled);
        this.#gone.abort();
        this.#decoder.wipe();
        resolve();
      });
    });
    this.#watch();
    if (!this.#peer.isOurs) {
      core.log.warn('socket.refused', { reason: 'another user' });
      this.drop();
      return;
    }
    this.#write(encodeHello({ version: core.version, pid: process.pid, host: core.host }));
  }

  get isIdle(): boolean {
    return this.#open === 0;
  }

  drop(): void {
    this.#socket.destroy();
  }

  /** Ends after what was asked is answered. */
  finish(): void {
    this.#isFinishing = true;
    if (this.isIdle) this.#socket.end(() => this.drop());
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (!this.isIdle) return;
    this.#timer = setTimeout(() => this.drop(), this.#decoder.isMidFrame ? HALF_MESSAGE_MS : IDLE_MS);
    this.#timer.unref();
  }

  #receive(chunk: Buffer): void {
    this.lastHeardAt = performance.now();
    const wasMidFrame = this.#decoder.isMidFrame;
    let frames: Frame[];
    try {
      frames = this.#decoder.push(chunk);
    } catch (error) {
      this.#refuse(0, error);
      this.#socket.end(() => this.drop());
      return;
    }
    for (const frame of frames) void this.#answer(frame);
    // One byte now and then must not keep a half message alive: only a finished one starts the time anew.
    if (frames.length > 0 || !wasMidFrame) this.#watch();
  }

  async #answer(frame: Frame): Promise<void> {
    const id = readRequestId(frame);
    if (this.#open >= MOST_OPEN_REQUESTS) {
      this.#refuse(
        id,
        new AppError(
          'BAD_REQUEST',
          'Too many requests at once on one connection.',
          'Wait for answers first.',
        ),
      );
      return;
    }
    this.#open += 1;
    clearTimeout(this.#timer);
    try {
      const { method, params } = readRequest(frame);
      const { outcome, attachments } = await dispatch(this.#core, {
        face: 'socket',
        channel: method,
        payload: params,
        isTrustedSender: this.#peer.isOurs,
        actor: this.#peer.process === null ? 'cli' : `cli pid ${this.#peer.process.pid}`,
        process: this.#peer.process,
        signal: this.#gone.signal,
      });
      const values = Object.fromEntries([...attachments].map(([name, secret]) => [name, secret.expose()]));
      const answer: WireAnswer = outcome.ok
        ? { ok: true, result: outcome.result, attachments: values }
        : outcome;
      this.#write(encodeAnswer(id, answer), () => {
        for (const secret of attachments.values()) secret.wipe();
      });
    } catch (error) {
      this.#refuse(id, error);
    } finally {
      frame.attachments.fill(0);
      this.#open -= 1;
      this.#onAnswered();
      this.#watch();
      if (this.#isFinishing && this.isIdle) this.#socket.end(() => this.drop());
    }
  }

  #refuse(id: number, error: unknown): void {
    const known =
      error instanceof AppError
        ? error
        : new AppError(
            'INTERNAL',
            'Keymolt made a mistake; nothing was lost.',
            'The log of the agent tells more.',
          );
    if (!(error instanceof AppError))
      this.#core.log.error('socket.bug', {}, error instanceof Error ? error : new BugError('not an error'));
    this.#write(encodeAnswer(id, failure(known.toView())));
  }

  #write(parts: readonly Uint8Array[], written?: () => void): void {
    const isWritten = (): void => {
      // SECURITY: an answer may hold the recovery code (test/cli/agent/secrets.test.ts).
      for (const part of parts) part.fill(0);
      written?.();
    };
    if (this.#socket.destroyed) {
      isWritten();
      return;
    }
    this.#socket.cork();
    parts.forEach((part, index) => {
      if (index === parts.length - 1) this.#socket.write(part, isWritten);
      else this.#socket.write(part);
    });
    this.#socket.uncork();
    if (this.#socket.writableNeedDrain) this.#holdBack();
  }

  /** A client that doesn't read its answers is not listened to either, or they would fill the memory. */
  #holdBack(): void {
    if (this.#socket.isPaused()) return;
    this.#socket.pause();
    this.#stalled = setTimeout(() => this.drop(), IDLE_MS);
    this.#stalled.unref();
    this.#socket.once('drain', () => {
      clearTimeout(this.#stalled);
      this.#socket.resume();
    });
  }
}

/** SECURITY: the kernel says who connected; another user is refused even if the folder's permissions were opened. */
function identify(core: Core, socket: Socket): { isOurs: boolean; process: CallerProcess | null } {
  const credentials = readPeerCredentials(socket);
  if (credentials === undefined) return { isOurs: true, process: null };
  const isOurs = credentials.uid === process.getuid?.();
  return { isOurs, process: isOurs ? (core.processes.describe(credentials.pid) ?? null) : null };
}
