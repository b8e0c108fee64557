import { readFile } from 'node:fs/promises';
import net from 'node:net';
import type tls from 'node:tls';
import type { NetworkFact } from '../../src-shared/domain/diagnosis/facts.ts';
import type { ProbeTarget } from '../services/doctor/ports.ts';
import { shortText } from './short-text.ts';
import { codeOf, TALK_MS, within } from './within.ts';

// Loaded where it is used: an agent that idles is smaller without it (docs/decisions/0015).
const loadTls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');

interface Shaken {
  readonly socket: tls.TLSSocket | null;
  readonly fact: NonNullable<NetworkFact['tls']>;
}

/** Looks at the certificate, trusted or not. @returns no socket where there is nothing to talk over */
export async function handshake(
  socket: net.Socket,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<Shaken> {
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
