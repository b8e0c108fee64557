import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';

const MAX_BODY_BYTES = 65_536;
const MAX_RAW_BYTES = 32_768;

/** The limits that every server of the sandbox has. */
export const SERVER_OPTIONS = {
  maxHeaderSize: 16_384,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
} as const;
export const MAX_CONNECTIONS = 256;

export const HOST = '127.0.0.1';

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new BugError('the sandbox does not listen on a port');
  return address.port;
}

/**
 * SECURITY: only a request that names us by our loopback address is ours. A web page whose name was re-pointed to
 * 127.0.0.1 (DNS rebinding) sends its own name; a forward-proxy request names a whole address
 * (test/unit/sandbox/server-protection.test.ts).
 */
export function isForUs(request: IncomingMessage, port: number): boolean {
  const { host } = request.headers;
  return (host === `${HOST}:${port}` || host === `localhost:${port}`) && (request.url ?? '').startsWith('/');
}

/** @returns undefined where the body is too long */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function sendJson(response: ServerResponse, { status, body, headers = {} }: ApiAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(text);
}

export function toApiRequest(
  request: IncomingMessage,
  body: Buffer,
  rawApiKey: string | undefined,
): ApiRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    rawApiKey,
    body,
    remoteAddress: request.socket.remoteAddress ?? HOST,
  };
}

const KEY_LINE = /\r\nx-api-key:([^\r\n]*)(?=\r\n)/gi;
const rawBytes = new WeakMap<Socket, string>();

/**
 * Remembers what a connection sends, so that blanks around a key can be seen: Node's parser takes them away, the
 * platform answers 401 to them. Listening for data makes the parser read through the socket, which is slower and fine here.
 */
export function watchRawBytes(socket: Socket): void {
  socket.on('data', () => undefined);
  // Before the parser's own listener, which announces the request while it reads.
  socket.prependListener('data', (chunk: Buffer) => {
    rawBytes.set(socket, ((rawBytes.get(socket) ?? '') + chunk.toString('latin1')).slice(-MAX_RAW_BYTES));
  });
}

/** The key header of the request that was just announced, with its blanks; the bytes before it are forgotten. */
export function takeRawApiKey(request: IncomingMessage): string | undefined {
  const parsed = request.headers['x-api-key'];
  if (parsed === undefined) return undefined;
  const seen = [...(rawBytes.get(request.socket) ?? '').matchAll(KEY_LINE)].at(-1)?.[1];
  rawBytes.set(request.socket, '');
  const value = Array.isArray(parsed) ? parsed.join(', ') : parsed;
  if (seen === undefined) return value;
  // One blank after the colon is how headers are written.
  const raw = seen.replace(/^ /, '');
  return raw.trim() === value ? raw : value;
}
