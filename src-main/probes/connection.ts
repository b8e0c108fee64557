import net from 'node:net';
import type { NetworkFact } from '../../src-shared/domain/diagnosis/facts.ts';
import { codeOf, within } from './within.ts';

// Loaded where it is used: an agent that idles is smaller without it (docs/decisions/0015).
const loadDns = (): typeof import('node:dns/promises') => process.getBuiltinModule('node:dns/promises');

/** An offline machine is told within 3 s: a name server that is not there must not take longer. */
const LOOKUP_MS = 2000;
const CONNECT_MS = 2500;

type Lookup = NonNullable<net.TcpNetConnectOpts['lookup']>;

/** An address as it is, a name by the system's own lookup. */
export async function resolve(host: string, signal: AbortSignal): Promise<NetworkFact['dns']> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (net.isIP(bare) !== 0) return { problem: null, addresses: [bare], ms: 0 };
  const startedAt = performance.now();
  try {
    const found = await within(LOOKUP_MS, signal, loadDns().lookup(bare, { all: true }));
    const addresses = found.slice(0, 32).map(({ address }) => address);
    return {
      problem: addresses.length === 0 ? 'no_name' : null,
      addresses,
      ms: performance.now() - startedAt,
    };
  } catch (error) {
    const problem = codeOf(error) === 'ENOTFOUND' ? 'no_name' : 'no_answer';
    return { problem, addresses: [], ms: performance.now() - startedAt };
  }
}

type Connected =
  | { readonly socket: net.Socket; readonly problem: null; readonly ms: number }
  | {
      readonly socket?: undefined;
      readonly problem: 'refused' | 'timeout' | 'unreachable';
      readonly ms: number;
    };

/** @param addresses those of the host where they are known; they are tried side by side */
export function connect(
  host: string,
  port: number,
  signal: AbortSignal,
  addresses?: readonly string[],
): Promise<Connected> {
  const startedAt = performance.now();
  return new Promise((done) => {
    // The addresses that were just looked up, so that the name server is asked once.
    const known: Lookup | undefined =
      addresses === undefined
        ? undefined
        : (_name, _options, give) => {
            give(
              null,
              addresses.map((address) => ({ address, family: net.isIP(address) })),
            );
          };
    const socket = net.connect({
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port,
      autoSelectFamily: true,
      ...(known === undefined ? {} : { lookup: known }),
    });
    const end = (problem: 'refused' | 'timeout' | 'unreachable'): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.on('error', () => undefined);
      socket.destroy();
      done({ problem, ms: performance.now() - startedAt });
    };
    const onAbort = (): void => end('timeout');
    const timer = setTimeout(onAbort, CONNECT_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => {
      const code = codeOf(error instanceof AggregateError ? error.errors[0] : error);
      end(code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'timeout' : 'unreachable');
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.on('error', () => undefined);
      done({ socket, problem: null, ms: performance.now() - startedAt });
    });
    if (signal.aborted) end('timeout');
  });
}
