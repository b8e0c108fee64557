import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { isSocketThere, type Paths } from './paths.ts';
import {
  ANSWER_LIMITS,
  encodeRequest,
  type Frame,
  FrameDecoder,
  type Hello,
  PROTOCOL_VERSION,
  readAnswer,
  readErrorView,
  readHello,
  type ReceivedAnswer,
} from './wire/protocol.ts';
import { type AgentSocket, openNetSocket, type OpenSocket, type ConnectedSocket } from './wire/socket.ts';

export interface AgentAnswer<Result = unknown> {
  /** The answer as JSON text. */
  readonly json: Buffer;
  /** The answer, read. Trusted to be what the contract says: the agent checks what it sends. */
  readonly result: () => Result;
  /** Secret bytes by name. Wipe them after use. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

export interface AgentConnection {
  /** Of the agent; known once the first answer is there. */
  readonly hello: () => Promise<Hello>;
  /**
   * @param params may hold Uint8Arrays for secrets; they are not wiped here
   * @throws {AppError} what the agent refused with; PROTOCOL_MISMATCH; AGENT_UNAVAILABLE where it ended meanwhile;
   *   CANCELLED by `signal`
   */
  readonly request: <C extends ChannelName>(
    method: C,
    params: RequestOf<C>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<AgentAnswer<ResponseOf<C>>>;
  /** False once the agent has closed it, as it does after a minute without a request. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** An agent that says nothing for so long hangs. */
const HELLO_TIMEOUT_MS = 5000;

/**
 * Connects to the agent of a home. Requests may be made at once: they go out before the hello has come.
 * @returns undefined where no agent listens
 * @throws {AppError} UNSAFE_LOCATION, AGENT_UNAVAILABLE
 */
export const connectToAgent = async (
  paths: Paths,
  openSocket: OpenSocket = openNetSocket,
): Promise<AgentConnection | undefined> => {
  if (!isSocketThere(paths)) return undefined;
  const socket = await openSocket(paths.socket);
  if (typeof socket !== 'string') return new Connection(socket);
  // ECONNREFUSED: the socket of an agent that was killed.
  if (socket === 'ENOENT' || socket === 'ECONNREFUSED') return undefined;
  throw new AppError(
    'AGENT_UNAVAILABLE',
    `the agent's socket cannot be reached (${socket})`,
    'run `keymolt agent stop`, or end its process, and try again',
    { details: { path: paths.socket } },
  );
};

interface Waiting {
  readonly resolve: (answer: AgentAnswer) => void;
  readonly reject: (error: AppError) => void;
}

class Connection implements AgentConnection {
  readonly #socket: AgentSocket;
  readonly #decoder = new FrameDecoder(ANSWER_LIMITS);
  readonly #waiting = new Map<number, Waiting>();
  readonly #hello: Promise<Hello>;
  readonly #helloTimer: NodeJS.Timeout;
  #settleHello!: { resolve: (hello: Hello) => void; reject: (error: AppError) => void };
  #hasHello = false;
  #failure: AppError | undefined;
  #isClosed = false;
  #nextId = 1;

  constructor(socket: ConnectedSocket) {
    this.#hello = new Promise((resolve, reject) => {
      this.#settleHello = { resolve, reject };
    });
    // Whoever waits for an answer hears of the failure there; nobody has to wait for the hello.
    this.#hello.catch(() => undefined);
    this.#helloTimer = setTimeout(() => this.#fail(hangs()), HELLO_TIMEOUT_MS);
    this.#socket = socket({
      receive: (chunk) => this.#receive(chunk),
      ended: () => this.#fail(ended()),
    });
  }

  hello(): Promise<Hello> {
    return this.#hello;
  }

  request<C extends ChannelName>(
    method: C,
    params: RequestOf<C>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<AgentAnswer<ResponseOf<C>>> {
    return new Promise((resolve, reject) => {
      const refusal = options.signal?.aborted === true ? cancelled() : this.#failure;
      if (refusal !== undefined) {
        reject(refusal);
        return;
      }
      const id = this.#nextId;
      this.#nextId += 1;
      const parts = encodeRequest(id, method, params as object);
      // The agent checks its answers against the contract, so the type is what came.
      this.#waiting.set(id, { resolve: resolve as (answer: AgentAnswer) => void, reject });
      options.signal?.addEventListener('abort', () => {
        this.#waiting.delete(id);
        reject(cancelled());
      });
      this.#socket.write(parts);
    });
  }

  isOpen(): boolean {
    return this.#failure === undefined && !this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#helloTimer);
    this.#socket.close();
    this.#decoder.wipe();
  }

  #receive(chunk: Buffer): void {
    try {
      const frames = this.#decoder.push(chunk);
      // SECURITY: the decoder has copied it; a value must not stay in the stream's memory as well.
      chunk.fill(0);
      for (const frame of frames) {
        if (this.#hasHello) this.#settle(readAnswer(frame));
        else this.#greet(frame);
      }
    } catch (error) {
      this.#fail(
        error instanceof AppError && error.code === 'PROTOCOL_MISMATCH'
          ? error
          : mismatch('what answers is no agent of keymolt'),
      );
    }
  }

  #greet(frame: Frame): void {
    const reading = readHello(frame);
    const { hello } = reading;
    if (hello === undefined) throw otherVersion(reading.protocol, reading.pid);
    this.#hasHello = true;
    clearTimeout(this.#helloTimer);
    this.#settleHello.resolve(hello);
  }

  #settle(answer: ReceivedAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) {
      // id 0: the agent could not even read whom to answer.
      if (answer.id === 0 && !answer.ok) this.#fail(readErrorView(answer.result));
      return;
    }
    this.#waiting.delete(answer.id);
    if (!answer.ok) {
      waiting.reject(readErrorView(answer.result));
      return;
    }
    waiting.resolve({
      json: answer.result,
      result: () => JSON.parse(answer.result.toString('utf8')) as unknown,
      attachments: answer.attachments,
    });
  }

  #fail(error: AppError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#helloTimer);
    this.#settleHello.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#socket.close();
  }
}

const mismatch = (what: string, pid?: number): AppError =>
  new AppError(
    'PROTOCOL_MISMATCH',
    what,
    `end the running agent (close the Keymolt window, or end process ${pid ?? 'that listens there'}), then try again`,
  );

const otherVersion = (protocol: number | undefined, pid: number | undefined): AppError =>
  mismatch(
    `the running agent speaks version ${protocol ?? '?'} of the protocol, and this program ${PROTOCOL_VERSION}`,
    pid,
  );

const cancelled = (): AppError => new AppError('CANCELLED', 'cancelled');

const hangs = (): AppError =>
  new AppError(
    'AGENT_UNAVAILABLE',
    `the agent accepted the connection and then said nothing for ${HELLO_TIMEOUT_MS / 1000} s`,
    'end its process, and try again',
  );

const ended = (): AppError =>
  new AppError(
    'AGENT_UNAVAILABLE',
    'the agent closed the connection before it answered',
    'try again; its log says more',
  );
