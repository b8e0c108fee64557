import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkProbes } from '../../../src-main/probes/network-probes.ts';
import { makeCertificate, type TestCertificate } from '../../support/platform/test-certificates.ts';

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

interface Seen {
  readonly method: string | undefined;
  readonly headers: Record<string, unknown>;
}

/** A server that nobody trusts, and what it was sent. */
async function serve(
  certificate: TestCertificate,
): Promise<{ port: number; seen: Seen[]; close: () => void }> {
  const seen: Seen[] = [];
  const server = https.createServer(
    { key: certificate.keyPem, cert: certificate.pem },
    (request, response) => {
      seen.push({ method: request.method, headers: request.headers });
      response.end();
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen, close: () => server.close() };
}

describe('the look at a server whose certificate is not trusted', () => {
  const expired = { notBefore: new Date(Date.now() - 9 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(makeCertificate({ commonName: 'old.test', ipv4: '127.0.0.1', ...expired }));
  });
  afterAll(() => server.close());

  it('tells the problem, the subject and the dates, and sends a HEAD without a credential', async () => {
    const target = { host: '127.0.0.1', port: server.port, isSecure: true, caFile: undefined };
    const { dns, tcp, tls } = await networkProbes.greet(target, never);
    expect(dns.problem).toBeNull();
    expect(tcp?.problem).toBeNull();
    expect(tls?.problem).toMatch(/SELF_SIGNED|EXPIRED/);
    expect(JSON.stringify(tls?.chain)).toContain('old.test');
    for (const { method, headers } of server.seen) {
      expect(method).toBe('HEAD');
      expect(Object.keys(headers)).not.toContain('x-api-key');
      expect(Object.keys(headers)).not.toContain('authorization');
      expect(Object.keys(headers)).not.toContain('cookie');
    }
  });
});

describe('what is no server', () => {
  it('a port where nobody listens is refused', async () => {
    const free = net.createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const target = { host: '127.0.0.1', port, isSecure: true, caFile: undefined };
    const { tcp, tls } = await networkProbes.greet(target, never);
    expect(tcp?.problem).toBe('refused');
    expect(tls).toBeNull();
  });

  it('a server that speaks no TLS is told from one whose certificate is wrong', async () => {
    const plain = net.createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const target = { host: '127.0.0.1', port, isSecure: true, caFile: undefined };
    const { tcp, tls } = await networkProbes.greet(target, never);
    plain.close();
    expect(tcp?.problem).toBeNull();
    expect(tls?.problem).not.toMatch(/SELF_SIGNED|EXPIRED/);
    expect(tls?.problem).not.toBeNull();
  });

  it('a name that cannot be looked up gets no connection', async () => {
    const target = { host: 'nowhere.invalid', port: 443, isSecure: true, caFile: undefined };
    const { dns, tcp } = await networkProbes.greet(target, never);
    expect(dns.problem).not.toBeNull();
    expect(tcp).toBeNull();
  });
});
