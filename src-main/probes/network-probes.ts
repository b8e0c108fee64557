import { parseCidr } from '../../src-shared/domain/addresses/cidr.ts';
import type { NetworkProbes } from '../services/doctor/ports.ts';
import { handshake } from './certificate.ts';
import { connect, resolve } from './connection.ts';
import { fetchText, readSkew, talk } from './http-exchange.ts';

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
