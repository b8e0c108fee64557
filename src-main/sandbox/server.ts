import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { answer, type ApiAnswer, type ApiRequest } from './api-request.ts';
import { answerAgent } from './apis/agent.ts';
import { answerControl, type ControlContext } from './apis/control.ts';
import { findFirebaseAnswer } from './apis/firebase.ts';
import { answerHosting, HOSTING_PATH, LIVE_HOSTING_PATH } from './apis/hosting.ts';
import { createFaultQueue, type FaultQueue } from './faults.ts';
import {
  HOST,
  isForUs,
  MAX_CONNECTIONS,
  portOf,
  readBody,
  sendJson,
  SERVER_OPTIONS,
  takeRawApiKey,
  toApiRequest,
  watchRawBytes,
} from './http-io.ts';
import { sendFault } from './send-fault.ts';
import { createWorld, logRequest, type SandboxWorld } from './world.ts';

export const SANDBOX_TIERS = ['spark', 'ember', 'blaze', 'forge'] as const;
/** Carries the control token. */
export const CONTROL_HEADER = 'x-sandbox-token';

export interface SandboxOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly tier: string;
  readonly now?: () => number;
  /** The same seed gives the same ids and keys. */
  readonly seed?: string;
  /** Called when the control API asks for the end. */
  readonly onShutDown?: () => void;
}

interface Owner {
  readonly email: string;
  readonly password: string;
}

export interface Sandbox {
  /** The Agent API; the Hosting API is under `/v1/hosting`. */
  readonly baseUrl: string;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly webApiKey: string;
  readonly owners: { readonly test: Owner; readonly live: Owner };
  close(): Promise<void>;
}

/**
 * Starts the built-in local platform on 127.0.0.1.
 * @throws {AppError} SANDBOX_UNAVAILABLE where the port is taken, USAGE for a tier that there is not
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port, tier, now = Date.now, seed } = options;
  if (!SANDBOX_TIERS.some((known) => known === tier)) {
    throw new AppError(
      'USAGE',
      `There is no tier “${tier.slice(0, 40)}”.`,
      `Take one of ${SANDBOX_TIERS.join(', ')}.`,
    );
  }
  const world = createWorld(tier, now, seed);
  const faults = createFaultQueue();
  const controlToken = randomBytes(24).toString('base64url');

  const platform = createServer(SERVER_OPTIONS, (request, response) => {
    void servePlatform(world, faults, platform, request, response);
  });
  platform.on('connection', watchRawBytes);
  await listen(platform, port);
  const baseUrl = `http://${HOST}:${portOf(platform)}`;

  const context: ControlContext = {
    world,
    faults,
    baseUrl,
    shutDown: () => {
      // The answer goes out first.
      setTimeout(() => options.onShutDown?.(), 20);
    },
  };
  const control = createServer(SERVER_OPTIONS, (request, response) => {
    void serveControl(context, controlToken, control, request, response);
  });
  await listen(control, 0).catch(async (error: unknown) => {
    await end(platform);
    throw error;
  });

  const { test, live } = world.accounts;
  return {
    baseUrl,
    controlUrl: `http://${HOST}:${portOf(control)}`,
    controlToken,
    webApiKey: world.webApiKey,
    owners: {
      test: { email: test.email, password: test.password },
      live: { email: live.email, password: live.password },
    },
    async close() {
      await Promise.all([end(platform), end(control)]);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `port ${port} is taken`
          : `port ${port} cannot be used (${cause.code ?? 'unknown'})`;
      reject(
        new AppError(
          'SANDBOX_UNAVAILABLE',
          `The sandbox cannot start: ${why}.`,
          'Take another port with --port N, or none for a free one.',
          {
            cause,
          },
        ),
      );
    });
    server.listen(port, HOST, resolve);
  });
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Reads a request that is for us; answers one that is not. */
async function receive(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<ApiRequest | undefined> {
  const rawApiKey = takeRawApiKey(request);
  if (!isForUs(request, portOf(server))) {
    sendJson(
      response,
      answer(421, { detail: 'This server answers on its loopback address only.' }, { connection: 'close' }),
    );
    return undefined;
  }
  const body = await readBody(request);
  if (body === undefined) {
    sendJson(response, answer(413, { detail: 'The request is too long.' }, { connection: 'close' }));
    return undefined;
  }
  return toApiRequest(request, body, rawApiKey);
}

async function servePlatform(
  world: SandboxWorld,
  faults: FaultQueue,
  server: Server,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    // The platform's clock is the one that can be moved: that is how a machine with a wrong clock is played.
    response.setHeader('date', new Date(world.clock.now()).toUTCString());
    const request = await receive(server, incoming, response);
    if (request === undefined) return;
    const fault = faults.take(request.method, request.path);
    if (fault?.kind === 'latency' && !fault.after_effect) await delayed(response, fault.ms);
    // A client that left while it waited takes its request with it, as it would from a busy platform's queue.
    if (response.destroyed) return;
    const takesEffect = fault === undefined || fault.kind === 'latency' || fault.after_effect;
    const answered = takesEffect ? dispatch(world, request) : answer(200, {});
    const { method, path } = request;
    logRequest(world, {
      at: world.clock.now(),
      method,
      path,
      status: answered.status,
      by: answered.by ?? null,
    });
    if (fault?.kind === 'latency' && fault.after_effect) await delayed(response, fault.ms);
    if (fault === undefined) sendJson(response, answered);
    else sendFault(response, fault, answered);
  } catch {
    // The client went away in the middle, or sent what cannot be read.
    response.destroy();
  }
}

function delayed(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function dispatch(world: SandboxWorld, request: ApiRequest): ApiAnswer {
  const { path } = request;
  const firebase = findFirebaseAnswer(world, request);
  if (firebase) return firebase;
  if (path.startsWith(`${HOSTING_PATH}/`))
    return answerHosting(world, request, path.slice(HOSTING_PATH.length), false);
  if (path.startsWith(`${LIVE_HOSTING_PATH}/`))
    return answerHosting(world, request, path.slice(LIVE_HOSTING_PATH.length), true);
  return answerAgent(world, request);
}

async function serveControl(
  context: ControlContext,
  token: string,
  server: Server,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await receive(server, incoming, response);
    if (request === undefined) return;
    // SECURITY: no web page has a business here, whatever it knows; the token keeps other users of the machine out.
    if (request.header('origin') !== undefined || !isToken(request.header(CONTROL_HEADER), token)) {
      sendJson(
        response,
        answer(403, { error: `The control token belongs in the header ${CONTROL_HEADER}.` }),
      );
      return;
    }
    sendJson(response, answerControl(context, request));
  } catch {
    response.destroy();
  }
}

function isToken(given: string | undefined, token: string): boolean {
  const left = Buffer.from(given ?? '');
  const right = Buffer.from(token);
  return left.length === right.length && timingSafeEqual(left, right);
}
