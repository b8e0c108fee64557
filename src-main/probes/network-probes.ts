import { readFile } from 'node:fs/promises';
import net from 'node:net';
import type tls from 'node:tls';
import type { NetworkFact } from '../../src-shared/domain/diagnosis/facts.ts';
import { parseCidr } from '../../src-shared/domain/addresses/cidr.ts';
import { parseHttpDate } from '../../src-shared/domain/limits/retry.ts';
import type { NetworkProbes, ProbeTarget } from '../services/doctor/ports.ts';
import { shortText } from './short-text.ts';

// Loaded where they are used: an agent that idles is 8 MB smaller without them (docs/decisions/0015).
const loadDns = (): typeof import('node:dns/promises') => process.getBuiltinModule('node:dns/promises');
const loadTls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');

/** An offline machine is told within 3 s: a name server that is not there must not take longer. */
const LOOKUP_MS = 2000;
const CONNECT_MS = 2500;
const TALK_MS = 3000;
const MAX_HEAD_BYTES = 16_384;
const MAX_ECHO_BYTES = 1024;

type Lookup = NonNullable<net.TcpNetConnectOpts['lookup']>;

/** Probes over Node's own sockets. No credential is ever sent here. */
export const networkProbes: NetworkProbes = {
  async greet(target, signal, tell = () => undefined) {
    const dns = await resolve(target.host, signal);
    if (dns.problem !== null) return { dns, tcp: null, tls: null, skewMs: null, localAddress: null };
    tell({ dns, tcp: null, tls: null, skewMs: null, localAddress: null });
    const connected = await connect(target.host, target.port, signal, dns.addresses);
    if (connected.socket === undefined)
      return {
        dns,
        tcp: { problem: connected.problem, ms: connected.ms },
        tls: null,
        skewMs: null,
        localAddress: null,
      };
    const { socket } = connected;
    const localAddress = socket.localAddress ?? null;
    const tcp = { problem: null, ms: connected.ms };
    tell({ dns, tcp, tls: null, skewMs: null, localAddress });
    try {
      if (!target.isSecure)
        return { dns, tcp, tls: null, skewMs: await readSkew(socket, target, signal), localAddress };
      const shaken = await handshake(socket, target, signal);
      tell({ dns, tcp, tls: shaken.fact, skewMs: null, localAddress });
      const skewMs = shaken.socket === null ? null : await readSkew(shaken.socket, target, signal);
      return { dns, tcp, tls: shaken.fact, skewMs, localAddress };
    } finally {
      socket.destroy();
    }
  },

  async tryProxy(address, target, signal) {
    const proxy = URL.canParse(address) ? new URL(address) : undefined;
    if (proxy === undefined) return { problem: 'unreachable', detail: 'its address cannot be read' };
    const isSecureProxy = proxy.protocol === 'https:';
    const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
    const port =
      proxy.port === ''
        ? isSecureProxy
          ? 443
          : proxy.protocol.startsWith('socks')
            ? 1080
            : 80
        : Number(proxy.port);
    const connected = await connect(host, port, signal);
    if (connected.socket === undefined) return { problem: 'unreachable', detail: connected.problem };
    const { socket } = connected;
    try {
      // Beyond the connection only the plain kind is asked; that is what nearly all of them are.
      if (proxy.protocol !== 'http:') return { problem: null, detail: 'takes connections' };
      const bare = target.host.replace(/^\[(.*)\]$/, '$1');
      const authority = `${bare.includes(':') ? `[${bare}]` : bare}:${target.port}`;
      // RFC 9112, 3.2.2 and 3.2.3: plain http is asked for by its whole address, the rest by a tunnel.
      const start = target.isSecure ? `CONNECT ${authority}` : `HEAD http://${authority}/`;
      const head = await talk(socket, `${start} HTTP/1.1\r\nhost: ${authority}\r\n\r\n`, signal);
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head ?? '')?.[1] ?? Number.NaN);
      if (status === 407) return { problem: 'wants_credentials', detail: 'answers 407' };
      if (!target.isSecure && isPassedOn(status)) return { problem: null, detail: 'lets through' };
      if (!(status >= 200 && status < 300))
        return {
          problem: 'refuses',
          detail: Number.isNaN(status) ? 'does not speak HTTP' : `answers ${status}`,
        };
      const { fact } = await handshake(socket, target, signal);
      const issuer = fact.chain.at(-1)?.issuer;
      return fact.problem === null
        ? { problem: null, detail: 'lets through, the certificate is the same' }
        : {
            problem: 'resigns',
            detail: issuer === undefined ? 'no trusted certificate behind it' : `signed by “${issuer}”`,
          };
    } finally {
      socket.destroy();
    }
  },

  async ownAddress(url, signal) {
    const text = await fetchText(url, signal);
    if (text === undefined) return null;
    const candidate = /[0-9a-fA-F:.]{3,45}/g;
    for (const [found] of text.matchAll(candidate)) {
      if (/[.:]/.test(found) && parseCidr(found).ok) return found;
    }
    return null;
  },
};

/** An answer that a proxy passes on; the others are its own way to say no. */
const isPassedOn = (status: number): boolean =>
  status >= 200 && status < 500 && status !== 403 && status !== 407;

async function resolve(host: string, signal: AbortSignal): Promise<NetworkFact['dns']> {
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

function connect(
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

interface Shaken {
  readonly socket: tls.TLSSocket | null;
  readonly fact: NonNullable<NetworkFact['tls']>;
}

async function handshake(socket: net.Socket, target: ProbeTarget, signal: AbortSignal): Promise<Shaken> {
  const startedAt = performance.now();
  const authorities =
    target.caFile === undefined ? undefined : await readFile(target.caFile, 'utf8').catch(() => undefined);
  const host = target.host.replace(/^\[(.*)\]$/, '$1');
  const failed = (problem: string): Shaken => ({
    socket: null,
    fact: { problem, chain: [], ms: performance.now() - startedAt },
  });
  return within(
    TALK_MS,
    signal,
    new Promise<Shaken>((done) => {
      const { connect: connectSecurely, rootCertificates } = loadTls();
      const secure = connectSecurely({
        socket,
        host,
        ...(net.isIP(host) === 0 ? { servername: host } : {}),
        // SECURITY: only to look at a certificate that is not trusted; nothing but a HEAD without a credential goes through
        // (test/unit/probes/network-probes.test.ts).
        rejectUnauthorized: false,
        ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }),
      });
      secure.once('error', (error) => done(failed(codeOf(error) || 'TLS_FAILED')));
      secure.once('close', () => done(failed('ECONNRESET')));
      secure.once('secureConnect', () => {
        // The type says Error; Node gives the code as a string.
        const problem: unknown = secure.authorizationError;
        done({
          socket: secure,
          fact: {
            problem: secure.authorized ? null : shortText(codeOf(problem) || String(problem), 80),
            chain: chainOf(secure.getPeerCertificate(true)),
            ms: performance.now() - startedAt,
          },
        });
      });
    }),
  ).catch(() => failed('TIMEOUT'));
}

const MAX_CHAIN = 6;

function chainOf(certificate: tls.DetailedPeerCertificate): NonNullable<NetworkFact['tls']>['chain'] {
  const chain: NonNullable<NetworkFact['tls']>['chain'] = [];
  // A server without a certificate gives an empty object, and the top of a chain may name nobody.
  let at: Partial<tls.DetailedPeerCertificate> | undefined = certificate;
  while (at?.valid_from !== undefined && chain.length < MAX_CHAIN) {
    chain.push({
      subject: nameOf(at.subject),
      issuer: nameOf(at.issuer),
      validFrom: dateOf(at.valid_from),
      validTo: dateOf(at.valid_to ?? ''),
    });
    // The root names itself as its issuer.
    const next: Partial<tls.DetailedPeerCertificate> | undefined = at.issuerCertificate;
    if (next === at) break;
    at = next;
  }
  return chain;
}

const nameOf = (name: tls.Certificate | undefined): string => {
  const found: unknown = name?.CN ?? name?.O ?? 'no name';
  return shortText(Array.isArray(found) ? String(found[0]) : String(found), 120);
};

const dateOf = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
};

/** How far the server's Date is ahead of our clock; null where it sends none. */
async function readSkew(
  socket: net.Socket,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<number | null> {
  const sentAt = Date.now();
  const head = await talk(
    socket,
    `HEAD / HTTP/1.1\r\nhost: ${target.host}:${target.port}\r\nuser-agent: keymolt\r\nconnection: close\r\n\r\n`,
    signal,
  );
  const date = parseHttpDate(/^date:[ \t]*(.+?)[ \t]*$/im.exec(head ?? '')?.[1] ?? '');
  if (date === undefined) return null;
  // A Date has whole seconds: half of one is the best guess, and half the way there and back.
  return Math.round(date + 500 - (sentAt + Date.now()) / 2);
}

/** Sends a text and reads a head of HTTP; undefined where none comes. */
function talk(socket: net.Socket, text: string, signal: AbortSignal): Promise<string | undefined> {
  return within(
    TALK_MS,
    signal,
    new Promise<string | undefined>((done) => {
      let heard = '';
      const onData = (chunk: Buffer): void => {
        heard += chunk.toString('latin1');
        if (!heard.includes('\r\n\r\n') && heard.length < MAX_HEAD_BYTES) return;
        socket.removeListener('data', onData);
        socket.pause();
        done(heard.slice(0, MAX_HEAD_BYTES));
      };
      socket.on('data', onData);
      socket.once('error', () => done(undefined));
      socket.once('close', () => done(undefined));
      socket.write(text);
    }),
  ).catch(() => undefined);
}

function fetchText(url: string, signal: AbortSignal): Promise<string | undefined> {
  return within(
    TALK_MS,
    signal,
    new Promise<string | undefined>((done) => {
      const { get } = url.startsWith('https:')
        ? process.getBuiltinModule('node:https')
        : process.getBuiltinModule('node:http');
      const request = get(
        url,
        { headers: { 'user-agent': 'keymolt', accept: 'text/plain, application/json' } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => {
            text += chunk;
            if (text.length <= MAX_ECHO_BYTES) return;
            answer.destroy();
            done(undefined);
          });
          answer.on('error', () => done(undefined));
          answer.on('end', () => done(answer.statusCode === 200 ? text : undefined));
        },
      );
      request.on('error', () => done(undefined));
      signal.addEventListener('abort', () => request.destroy(), { once: true });
    }),
  ).catch(() => undefined);
}

const codeOf = (error: unknown): string => {
  if (typeof error === 'string') return error;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** @throws {Error} when the time is up or the signal says so */
async function within<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new DOMException('time is up', 'TimeoutError'));
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    if (signal.aborted) end();
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    stop();
  }
}
