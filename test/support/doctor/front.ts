import {
  createServer,
  type IncomingMessage,
  request as callHttp,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';
import { makeCertificate, type TestCertificate } from '../platform/test-certificates.ts';

/** What stands between the doctor and the sandbox: a server that passes calls on, or spoils them as a scenario says. */

const CERTIFICATES = [
  'sound',
  'self-signed',
  'unknown-authority',
  'expired',
  'of-tomorrow',
  'other-name',
] as const;

const rule = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  /** Which key the call has: the right one, another, or none. */
  key: z.enum(['right', 'other', 'none']).optional(),
  status: z.number().int(),
  body: z.unknown().optional(),
  html: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
});

export const frontSchema = z.strictObject({
  /** Absent: plain http. */
  certificate: z.enum(CERTIFICATES).optional(),
  /** The name in the certificate beside 127.0.0.1. */
  name: z.string().optional(),
  /** The first that fits answers; where none does, the sandbox does. */
  rules: z.array(rule).default([]),
  /** What happens to a connection in place of an answer. */
  instead: z.enum(['slam', 'silence', 'plain', 'greeting']).optional(),
  /** Where calls are sent on to: an origin. */
  redirect: z.string().optional(),
  aheadMs: z.number().default(0),
  drop: z.array(z.string()).default([]),
  add: z.record(z.string(), z.string()).default({}),
  answerHeaders: z.record(z.string(), z.string()).default({}),
});
export type FrontRules = z.infer<typeof frontSchema>;

export interface Authorities {
  /** Signs the certificates that the scenarios trust. */
  readonly trusted: TestCertificate;
  /** Nobody trusts this one. */
  readonly corporate: TestCertificate;
}

const DAY_MS = 86_400_000;

function certificateFor(
  { certificate, name }: Pick<FrontRules, 'certificate' | 'name'>,
  { trusted, corporate }: Authorities,
): TestCertificate & { readonly chain: string } {
  const now = Date.now();
  const made = makeCertificate({
    commonName: name ?? 'platform.test',
    ...(certificate === 'other-name'
      ? { dnsName: 'another.test' }
      : { ipv4: '127.0.0.1', ...(name === undefined ? {} : { dnsName: [name, `www.${name}`] }) }),
    ...(certificate === 'self-signed'
      ? {}
      : { issuer: certificate === 'unknown-authority' ? corporate : trusted }),
    ...(certificate === 'expired'
      ? { notBefore: new Date(now - 20 * DAY_MS), notAfter: new Date(now - 10 * DAY_MS) }
      : certificate === 'of-tomorrow'
        ? { notBefore: new Date(now + DAY_MS), notAfter: new Date(now + 20 * DAY_MS) }
        : {}),
  });
  const issuer =
    certificate === 'self-signed' ? '' : certificate === 'unknown-authority' ? corporate.pem : trusted.pem;
  return { ...made, chain: made.pem + issuer };
}

/** One server of one scenario. Its rules can be changed while it runs, as a platform is mended while it runs. */
export class Front {
  readonly #sandbox: URL;
  readonly #authorities: Authorities;
  readonly #server: Server | TlsServer | net.Server;
  readonly #sockets = new Set<Socket>();
  /** How it was started: its address does not change with its rules. */
  readonly #started: FrontRules;
  #rules: FrontRules;
  #right = '';
  /** PEM of the certificate that is shown. */
  pem = '';

  private constructor(sandbox: string, rules: FrontRules, authorities: Authorities) {
    this.#sandbox = new URL(sandbox);
    this.#authorities = authorities;
    this.#started = rules;
    this.#rules = rules;
    this.#server = this.#makeServer();
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(sandbox: string, rules: FrontRules, authorities: Authorities): Promise<Front> {
    const front = new Front(sandbox, rules, authorities);
    await new Promise<void>((done, fail) => {
      front.#server.once('error', fail);
      front.#server.listen(0, '127.0.0.1', done);
    });
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    const { certificate, instead, name = '127.0.0.1' } = this.#started;
    const scheme =
      certificate !== undefined || instead === 'plain' || instead === 'greeting' ? 'https' : 'http';
    return `${scheme}://${name}:${this.port}`;
  }

  knowKey(value: string): void {
    this.#right = value;
  }

  change(rules: FrontRules): void {
    const before = this.#rules;
    this.#rules = { ...rules, name: before.name, certificate: rules.certificate ?? before.certificate };
    if (this.#rules.certificate !== before.certificate && 'setSecureContext' in this.#server) {
      const { keyPem, chain } = certificateFor(this.#rules, this.#authorities);
      this.#server.setSecureContext({ key: keyPem, cert: chain });
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #makeServer(): Server | TlsServer | net.Server {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      this.#answer(request, response);
    if (this.#rules.instead === 'greeting')
      return net.createServer((socket) => {
        socket.write('220 mail.test ESMTP\r\n');
      });
    if (this.#rules.certificate === undefined) return createServer(answer);
    const { keyPem, chain, pem } = certificateFor(this.#rules, this.#authorities);
    this.pem = pem;
    return createTlsServer({ key: keyPem, cert: chain }, answer);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { instead, redirect, aheadMs, rules } = this.#rules;
    if (aheadMs !== 0) response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    if (instead === 'slam') request.socket.destroy();
    if (instead === 'slam' || instead === 'silence') return;
    // Who already asks where calls are sent on to is answered there.
    if (
      redirect !== undefined &&
      !redirect.replace('{port}', String(this.port)).endsWith(`//${request.headers.host ?? ''}`)
    ) {
      response
        .writeHead(301, { location: redirect.replace('{port}', String(this.port)) + (request.url ?? '/') })
        .end();
      return;
    }
    const found = rules.find((one) => this.#fits(one, request));
    if (found === undefined) {
      this.#passOn(request, response);
      return;
    }
    const { status, body, html, headers } = found;
    response
      .writeHead(status, {
        'content-type': html === undefined ? 'application/json' : 'text/html',
        ...headers,
      })
      .end(html ?? JSON.stringify(body ?? {}));
  }

  #fits({ method, path, key }: z.infer<typeof rule>, request: IncomingMessage): boolean {
    const sent = request.headers['x-api-key'];
    const has = sent === undefined ? 'none' : sent === this.#right ? 'right' : 'other';
    return (
      (method === undefined || request.method === method) &&
      (path === undefined || (request.url ?? '').startsWith(path)) &&
      (key === undefined || key === has)
    );
  }

  #passOn(request: IncomingMessage, response: ServerResponse): void {
    const { drop, add, answerHeaders, aheadMs } = this.#rules;
    const headers = Object.fromEntries(
      Object.entries({ ...request.headers, ...add, host: this.#sandbox.host }).filter(
        ([name]) => !drop.includes(name),
      ),
    );
    const call = callHttp(
      {
        host: this.#sandbox.hostname,
        port: this.#sandbox.port,
        method: request.method,
        path: request.url,
        headers,
      },
      (answer) => {
        const { date, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, {
          ...rest,
          ...(aheadMs === 0 && date !== undefined ? { date } : {}),
          ...answerHeaders,
        });
        answer.pipe(response);
      },
    );
    call.on('error', () => response.destroy());
    request.pipe(call);
  }
}

export const PROXIES = ['passes', 'wants-password', 'refuses', 'resigns', 'dead'] as const;

/** A forward proxy of the machine's network. @returns its address */
export async function startProxy(
  kind: (typeof PROXIES)[number],
  { corporate }: Authorities,
): Promise<{ readonly url: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  };
  const inside = makeCertificate({ commonName: 'platform.test', ipv4: '127.0.0.1', issuer: corporate });
  const eavesdropper = createTlsServer(
    { key: inside.keyPem, cert: inside.pem + corporate.pem },
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  );
  await new Promise<void>((done) => void eavesdropper.listen(0, '127.0.0.1', done));
  // Plain http is asked for by its whole address.
  const plain = { passes: 404, 'wants-password': 407, refuses: 403, resigns: 400, dead: 400 } as const;
  const proxy = createServer((_request, response) => response.writeHead(plain[kind]).end());
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    keep(socket);
    if (kind === 'wants-password') {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
      return;
    }
    if (kind === 'refuses') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const [, port] = (request.url ?? '').split(/:(?=\d+$)/);
    const onward = net.connect(
      kind === 'resigns' ? (eavesdropper.address() as AddressInfo).port : Number(port),
      '127.0.0.1',
    );
    keep(onward);
    onward.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  });
  proxy.on('connection', keep);
  await new Promise<void>((done) => void proxy.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const close = (): void => {
    proxy.close();
    eavesdropper.close();
    for (const socket of sockets) socket.destroy();
  };
  // Dead: the address is free again, and nobody listens there.
  if (kind === 'dead') close();
  return { url, close };
}
