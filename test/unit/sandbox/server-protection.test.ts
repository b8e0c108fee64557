import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../../src-main/sandbox/server.ts';
import { refusalOf } from '../../support/refusals.ts';
import { runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
beforeAll(async () => {
  running = await runSandbox();
});
afterAll(() => running.close());

/** Sends bytes as they are; @returns the first line of the answer, empty where the connection just ends */
function raw(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(text.split('\r\n')[0] ?? '');
    });
  });
}

const statusOf = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });

describe('the control API', () => {
  const token = (): Record<string, string> => ({ 'x-sandbox-token': running.sandbox.controlToken });

  it('wants its token', async () => {
    const { controlUrl, controlToken } = running.sandbox;
    for (const path of ['/health', '/state', '/nothing']) {
      expect(await statusOf(controlUrl + path, {})).toBe(403);
      expect(await statusOf(controlUrl + path, { 'x-sandbox-token': `${controlToken}x` })).toBe(403);
    }
    expect(await statusOf(`${controlUrl}/health`, token())).toBe(200);
    expect(await statusOf(`${controlUrl}/nothing`, token())).toBe(404);
    expect(await statusOf(`${controlUrl}/state?x=1`, token())).toBe(200);
  });

  it('is no place for a web page, even one that knows the token', async () => {
    const { controlUrl } = running.sandbox;
    expect(await statusOf(`${controlUrl}/health`, { ...token(), origin: 'http://127.0.0.1' })).toBe(403);
    expect(await statusOf(`${controlUrl}/health`, { ...token(), host: 'evil.example' })).toBe(421);
  });

  it('is not on the platform’s port', async () => {
    expect(await statusOf(`${running.sandbox.baseUrl}/state`, token())).toBe(401);
  });

  it.each([
    ['POST', '/faults', {}],
    ['POST', '/faults', { kind: 'unknown' }],
    ['POST', '/faults', { kind: 'status', status: 200 }],
    ['POST', '/faults', { kind: 'latency', ms: -1 }],
    ['POST', '/faults', { kind: 'allow_list', id: 'key_x', cidrs: ['10.0.0.0/99'] }],
    ['POST', '/faults', { kind: 'key_status', id: 'nobody', status: 'revoked' }],
    ['POST', '/clock', { setMs: 'tomorrow' }],
    ['POST', '/clock', { advanceMs: 1, setMs: 1 }],
    ['POST', '/keys', { kind: 'hosting', mode: 'gold' }],
    ['POST', '/keys', { kind: 'agent', agent_id: 'nobody' }],
  ] as const)('refuses %s %s %j', async (method, path, body) => {
    await expect(running.control(method, path, body)).rejects.toThrow(/"status":40[04]/);
  });
});

describe('both servers', () => {
  const urls = (): string[] => [running.sandbox.baseUrl, running.sandbox.controlUrl];

  it('answer only to their loopback address', async () => {
    for (const url of urls()) {
      const { port } = new URL(url);
      expect(await raw(url, `GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n`)).toContain(' 421 ');
      expect(
        await raw(url, `GET /health HTTP/1.1\r\nHost: 127.0.0.1.evil.example:${port}\r\n\r\n`),
      ).toContain(' 421 ');
      expect(await raw(url, `GET /health HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n`)).toContain(' 421 ');
      expect(
        await raw(url, `GET http://evil.example/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
      ).toContain(' 421 ');
      expect(await raw(url, 'GET /health HTTP/1.1\r\n\r\n')).toContain(' 400 ');
      expect(await raw(url, `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n`)).toBe('');
    }
    expect(await statusOf(running.sandbox.baseUrl.replace('127.0.0.1', 'localhost') + '/health', {})).toBe(
      200,
    );
  });

  it('do not take two lengths, nor headers or bodies without end', async () => {
    for (const url of urls()) {
      const { host } = new URL(url);
      const smuggled = `POST /keys HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
      expect(await raw(url, smuggled)).toContain(' 400 ');
      expect(
        await raw(url, `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
      ).toContain(' 431 ');
      expect(
        await raw(url, `POST /keys HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 70000\r\n\r\n`),
      ).toContain(' 413 ');
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      const chunked = `POST /keys HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`;
      expect(await raw(url, chunked)).toContain(' 413 ');
      expect(await raw(url, 'not http at all\r\n\r\n')).toContain(' 400 ');
    }
  });

  it('survive odd paths and bodies', async () => {
    const { value } = await running.mintHosting('test');
    const { host } = new URL(running.sandbox.baseUrl);
    for (const path of [
      '/%',
      '/%ff',
      '/v1/hosting/api-keys/%2e%2e',
      '//x',
      '/?',
      '/v1/hosting/../../state',
      '/v1/hosting/__proto__',
    ]) {
      const line = await raw(
        running.sandbox.baseUrl,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${value}\r\n\r\n`,
      );
      expect(line).toMatch(/^HTTP\/1\.1 40[014] /);
    }
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"name":5}',
      '{"name":""}',
      `{"name":"${'n'.repeat(300)}"}`,
      '{"name":"x","description":7}',
    ]) {
      const response = await fetch(`${running.hosting.baseUrl}/api-keys`, {
        method: 'POST',
        body,
        headers: { 'X-API-Key': value },
      });
      expect(response.status).toBe(422);
    }
  });
});

describe('a start', () => {
  it('on a port that is taken says so', async () => {
    const port = Number(new URL(running.sandbox.baseUrl).port);
    const refusal = await refusalOf(startSandbox({ port, tier: 'spark' }));
    expect(refusal).toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    expect(refusal.message).toContain(String(port));
  });

  it('with a tier that there is not says so', async () => {
    expect(await refusalOf(startSandbox({ port: 0, tier: 'gold' }))).toMatchObject({ code: 'USAGE' });
  });
});
