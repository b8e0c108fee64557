import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Agent } from 'undici';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { networkError } from './network-error.ts';
import { readCapped } from './read-capped.ts';

export interface HttpRequest {
  readonly method: string;
  /** Checked before (src-shared/domain/addresses/base-url.ts). */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly caFile?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

export interface Transport {
  /** One request, one answer, whatever its status. @throws {AppError} NETWORK, TIMEOUT, TLS, PLATFORM_ANSWER, CANCELLED */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5000;
const HEADERS_TIMEOUT_MS = 15_000;
const BETWEEN_CHUNKS_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;
const MAX_CA_FILE_BYTES = 1_048_576;

/** HTTP over undici. Nothing of it is loaded before the first call: an agent that never calls stays small. */
export function createTransport(): Transport {
  const agents = new Map<string, Agent>();
  let isClosed = false;

  const agentFor = async (caFile: string | undefined): Promise<Agent> => {
    const authorities = caFile === undefined ? undefined : await readAuthorities(caFile);
    const id = authorities === undefined ? '' : createHash('sha256').update(authorities).digest('hex');
    const { Agent } = await import('undici');
    if (isClosed) throw new AppError('CANCELLED', 'The call was given up because Keymolt is closing.');
    const known = agents.get(id);
    if (known) return known;
    const agent = new Agent({
      connections: 8,
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        // Further authorities come on top of the usual ones: a company's proxy must not end trust in all others.
        ...(authorities === undefined
          ? {}
          : { ca: [...process.getBuiltinModule('node:tls').rootCertificates, authorities] }),
      },
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BETWEEN_CHUNKS_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    agents.set(id, agent);
    return agent;
  };

  return {
    async send({ method, url, headers, body, caFile, signal }) {
      const { origin } = new URL(url);
      const dispatcher = await agentFor(caFile);
      const { request } = await import('undici');
      try {
        // SECURITY: undici's request() follows no redirect, so that a key cannot be carried to another origin
        // (test/unit/platforms/client-hostile.test.ts).
        const calling = request(url, {
          dispatcher,
          method,
          // An answer is read as it comes: nothing is unpacked, so no small answer can become a large one.
          headers: { ...headers, 'accept-encoding': 'identity' },
          body: body ?? null,
          signal,
        });
        const answer = await orAborted(calling, signal);
        const header = (name: string): string | undefined => {
          const value = answer.headers[name.toLowerCase()];
          return Array.isArray(value) ? value[0] : value;
        };
        return { status: answer.statusCode, header, body: await readCapped(answer.body, header, origin) };
      } catch (error) {
        throw networkError(error, origin, signal);
      }
    },
    async close() {
      isClosed = true;
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
}

/** undici hears of an abort only once it is connected: nobody should wait for a name server that never answers. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new Error('given up', { cause: signal.reason }));
    signal.addEventListener('abort', end, { once: true });
    stop = () => signal.removeEventListener('abort', end);
    if (signal.aborted) end();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop();
    // Its own end, some seconds later, is nobody's news.
    work.catch(() => undefined);
  }
}

async function readAuthorities(caFile: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(caFile, 'utf8');
  } catch (cause) {
    throw new AppError(
      'FILE_NOT_FOUND',
      `The file of certificate authorities cannot be read: ${caFile}`,
      'Set another one with `keymolt platform set ID --ca-file F`.',
      { cause },
    );
  }
  if (text.length > MAX_CA_FILE_BYTES || !text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new AppError(
      'BAD_FILE',
      `Not a PEM file of certificates: ${caFile}`,
      'It must hold blocks that begin with -----BEGIN CERTIFICATE-----.',
    );
  }
  return text;
}
