import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlatformClient } from '../../../src-main/platforms/client.ts';
import { denAgent } from '../../../src-main/platforms/definitions/den-agent.ts';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import type { PlatformClient, PlatformTarget } from '../../../src-main/platforms/ports.ts';
import { json, type NastyServer, nastyServer } from '../../support/platform/nasty-server.ts';
import { everythingOf, refusalOf } from '../../support/refusals.ts';
import { apiKey } from '../../support/platform/running-sandbox.ts';
import { Secret } from '../../../src-main/vault/secret.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const CANARY = 'mbd_live_CANARYcanaryCANARYcanaryCANARY12';
const auth = apiKey(CANARY);

const servers: NastyServer[] = [];
let client: PlatformClient;
beforeEach(() => {
  client = createPlatformClient({ sleep: () => Promise.resolve() });
});
afterEach(async () => {
  await client.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(
  respond: (response: ServerResponse, nth: number) => void,
): Promise<NastyServer & { target: PlatformTarget }> {
  const server = await nastyServer((_request, response, nth) => {
    respond(response, nth);
  });
  servers.push(server);
  return { ...server, target: { definition: denHosting, baseUrl: server.url } };
}

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'of status %d to another host are refused, and the key goes nowhere',
    async (status) => {
      const thief = await serve((response) => {
        json(response, 200, { id: 'thief' });
      });
      const { target, heard } = await serve((response) => {
        response.writeHead(status, { location: `${thief.url}/take?token=hidden-in-path` }).end();
      });
      for (const call of [
        client.whoAmI(target, auth),
        client.listKeys(target, auth),
        client.createKey(target, auth, { name: 'x' }),
        client.revokeKey(target, auth, 'key_1'),
      ]) {
        const refusal = await refusalOf(call);
        expect(refusal).toMatchObject({
          code: 'REDIRECT_REFUSED',
          exit: 8,
          details: { target: thief.url, reason: 'net.redirect' },
        });
        expect(refusal.message).toContain(thief.url);
        expect(everythingOf(refusal)).not.toMatch(/CANARY|hidden-in-path/);
      }
      expect(thief.heard).toEqual([]);
      expect(heard).toHaveLength(4);
    },
  );

  it.each(['', 'http://[', 'javascript:alert(1)', '/elsewhere', '//evil.example/x'])(
    'with the target “%s” are refused too',
    async (location) => {
      const { target } = await serve((response) => {
        response.writeHead(302, location === '' ? {} : { location }).end();
      });
      expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'REDIRECT_REFUSED' });
    },
  );
});

describe('addresses', () => {
  it.each([
    'http://api.moltbotden.com',
    'https://user:pass@api.moltbotden.com',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
    '',
  ])('%s gets no call', async (baseUrl) => {
    const refusal = await refusalOf(client.whoAmI({ definition: denHosting, baseUrl }, auth));
    expect(refusal).toMatchObject({ code: 'BAD_URL', exit: 2 });
    expect(everythingOf(refusal)).not.toContain('pass@');
  });

  it('that do not resolve are told from those that do', async () => {
    const target = { definition: denHosting, baseUrl: 'https://no-such-host.invalid' };
    const refusal = await refusalOf(client.whoAmI(target, auth, { retries: 0 }));
    expect(refusal).toMatchObject({
      code: 'NETWORK',
      details: { reason: 'net.dns', may_have_happened: false },
    });
  });
});

describe('answers that are not the platform’s', () => {
  const cases: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    [
      'a web page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
    ],
    ['half a JSON', (response) => response.writeHead(200).end('{"id": "acct_1", "platf')],
    ['nothing', (response) => response.writeHead(200).end()],
    ['a text', (response) => response.writeHead(200).end('"just text"')],
    ['another shape', (response) => response.writeHead(200).end('{"identity":1}')],
    ['no UTF-8', (response) => response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['10 MB', (response) => response.writeHead(200).end(Buffer.alloc(10_000_000, 0x20))],
    [
      '10 MB without saying so',
      (response) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked' });
        response.write(Buffer.alloc(5_000_000, 0x20));
        response.end(Buffer.alloc(5_000_000, 0x20));
      },
    ],
    [
      'a gzip bomb',
      (response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(30_000_000))),
    ],
    [
      'something deflated',
      (response) => response.writeHead(200, { 'content-encoding': 'deflate, gzip' }).end('x'),
    ],
    ['a prototype trick', (response) => response.writeHead(200).end('{"__proto__":{"id":"x"}}')],
    ['very deep brackets', (response) => response.writeHead(200).end('['.repeat(500_000))],
    ['an odd status', (response) => response.writeHead(418).end('{}')],
    ['an id with a direction mark', (response) => response.writeHead(200).end('{"id":"a\\u202eb"}')],
  ];

  it.each(cases)('%s is PLATFORM_ANSWER', async (_what, respond) => {
    const { target, heard } = await serve(respond);
    const refusal = await refusalOf(client.whoAmI(target, auth));
    expect(refusal).toMatchObject({ code: 'PLATFORM_ANSWER', exit: 8, retryable: false });
    expect(everythingOf(refusal)).not.toContain('CANARY');
    expect(heard).toHaveLength(1);
  });

  it('headers without end are PLATFORM_ANSWER', async () => {
    const { target } = await serve((response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(60_000) }).end('{}'),
    );
    expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'PLATFORM_ANSWER' });
  });

  it('something that is not HTTP is PLATFORM_ANSWER', async () => {
    const { target } = await serve((response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'PLATFORM_ANSWER' });
  });

  it('a web page does not count as a revocation', async () => {
    const { target } = await serve((response) => response.writeHead(200).end('<html>Welcome</html>'));
    expect(await refusalOf(client.revokeKey(target, auth, 'key_1'))).toMatchObject({
      code: 'PLATFORM_ANSWER',
    });
  });

  it.each([
    { key_id: 'key_2', status: 'revoked' },
    { key_id: 'key_1', status: 'active' },
  ])('nor does %j', async (body) => {
    const { target } = await serve((response) => {
      json(response, 200, body);
    });
    expect(await refusalOf(client.revokeKey(target, auth, 'key_1'))).toMatchObject({
      code: 'PLATFORM_ANSWER',
    });
  });

  it.each([
    [204, undefined],
    [200, { key_id: 'key_1', status: 'revoked' }],
    [202, {}],
  ])('but %d %j does', async (status, body) => {
    const { target, heard } = await serve((response) =>
      response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body)),
    );
    await client.revokeKey(target, auth, 'key_1');
    expect(heard[0]).toMatch(/^DELETE \/api-keys\/key_1\n/);
  });

  it.each([
    { key_id: 'key_9', name: 'n' },
    { key_id: 'key_9', key: '' },
    { key_id: 'key_9', key: 5 },
    { key_id: 'key_9', key: 'a\nb' },
  ])('a new key without a usable value (%j) names the key that is to be revoked', async (body) => {
    const { target } = await serve((response) => {
      json(response, 201, body);
    });
    const refusal = await refusalOf(client.createKey(target, auth, { name: 'n' }));
    expect(refusal).toMatchObject({ code: 'PLATFORM_ANSWER', details: { key_id: 'key_9' } });
  });

  it('a list with one odd name is still a list', async () => {
    const { target } = await serve((response) => {
      json(response, 200, {
        keys: [
          {
            key_id: 1,
            name: '\u001b[2J',
            status: 'ACTIVE',
            created_at: '2026-01-15 12:00:00',
            last_used_at: 'never',
          },
        ],
      });
    });
    expect(await client.listKeys(target, auth)).toEqual([
      {
        keyId: '1',
        name: '',
        status: 'active',
        createdAt: '2026-01-15T12:00:00.000Z',
        lastUsedAt: null,
        expiresAt: null,
      },
    ]);
  });

  it.each([{ keys: {} }, { keys: [{ name: 'no id' }] }, [], { keys: [null] }])(
    '%j is no list',
    async (body) => {
      const { target } = await serve((response) => {
        json(response, 200, body);
      });
      expect(await refusalOf(client.listKeys(target, auth))).toMatchObject({ code: 'PLATFORM_ANSWER' });
    },
  );
});

describe('a platform that repeats the key it refuses', () => {
  it.each([400, 401, 403, 404, 429, 500])('does not get it into an error (%d)', async (status) => {
    const odd = 'unheard-of-kind-of-CANARY-value';
    for (const [value, definition] of [
      [CANARY, denHosting],
      [CANARY, denAgent],
      [odd, denHosting],
    ] as const) {
      const { url } = await serve((response) => {
        const text = `Key ${value} is wrong.\u001b[31m\nX-API-Key: ${value} ${'long '.repeat(100)}`;
        json(response, status, { detail: text, message: text, error: text }, { 'retry-after': '3000' });
      });
      const refusal = await refusalOf(
        client.whoAmI({ definition, baseUrl: url }, apiKey(value), { retries: 0 }),
      );
      expect(everythingOf(refusal)).not.toContain('CANARY');
      const detail = String(refusal.details?.['detail']);
      expect(detail).toContain('[redacted]');
      expect(detail.length).toBeLessThanOrEqual(200);
      expect(detail).not.toMatch(/\p{Cc}/u);
    }
  });
});

describe('how a 403 is read where the platform documents no text', () => {
  it.each([
    ['Your IP is not allowed.', 'ip.not_allowed'],
    ['This address may not use the key.', 'ip.not_allowed'],
    ['Not on the allow list.', 'ip.not_allowed'],
    ['Insufficient scope.', 'scope.insufficient'],
    ['Permission denied.', 'scope.insufficient'],
    ['Account suspended.', 'account.suspended'],
    ['Verify your e-mail address first.', undefined],
    ['Recipient unknown.', undefined],
  ])('%s', async (message, reason) => {
    const { target } = await serve((response) => {
      json(response, 403, { error: 'forbidden', message });
    });
    const { code, details } = await refusalOf(client.whoAmI(target, auth));
    expect([code, details?.['reason']]).toEqual(['FORBIDDEN', reason]);
  });
});

describe('certificates', () => {
  it('of a file that is not there, or is none, are told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keymolt-ca-'));
    const caFile = join(folder, 'ca.pem');
    const target = { definition: denHosting, baseUrl: 'https://127.0.0.1:1', caFile };
    expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'FILE_NOT_FOUND' });
    writeFileSync(caFile, 'not a certificate');
    expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'BAD_FILE' });
    rmSync(folder, { recursive: true });
  });

  it('are asked for: a server that speaks plain HTTP at an https address is TLS', async () => {
    const { url, heard } = await serve((response) => {
      json(response, 200, { id: 'x' });
    });
    const target = { definition: denHosting, baseUrl: url.replace('http:', 'https:') };
    expect(await refusalOf(client.whoAmI(target, auth))).toMatchObject({ code: 'TLS', exit: 8 });
    expect(heard).toEqual([]);
  });
});

describe('the client itself', () => {
  it('sends the key in its header and nowhere else', async () => {
    const { target, heard } = await serve((response) => {
      json(response, 201, { key_id: 'k', key: 'v', name: 'n' });
    });
    await client.createKey(target, auth, { name: 'n', description: 'd' });
    const [sent = ''] = heard;
    expect(sent.split(CANARY)).toHaveLength(2);
    expect(sent).toContain(`X-API-Key\n${CANARY}\n`);
    expect(sent.toLowerCase()).not.toContain('authorization');
    expect(sent).toContain('{"name":"n","description":"d"}');
  });

  it('sends a session’s token in its header, and never a key beside it: the platform would decide by Bearer alone', async () => {
    const { target, heard } = await serve((response) => {
      json(response, 200, { id: 'acct_1', keys: [], status: 'revoked' });
    });
    const session = { kind: 'session', idToken: Secret.fromText(`eyJ${CANARY}`) } as const;
    await client.whoAmI(target, session);
    await client.listKeys(target, session);
    await client.revokeKey(target, session, 'key_1').catch(() => undefined);
    expect(heard).toHaveLength(3);
    for (const sent of heard) {
      expect(sent).toContain(`Authorization\nBearer eyJ${CANARY}\n`);
      expect(sent.split(CANARY)).toHaveLength(2);
      expect(sent.toLowerCase()).not.toContain('x-api-key');
    }
  });

  it('loads its HTTP library with the first call, not before', () => {
    const script = `
      import { createRequire } from 'node:module';
      const { createPlatformClient } = await import(process.argv[1]);
      createPlatformClient();
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('undici'));
      process.stdout.write(String(loaded.length));`;
    const path = fileURLToPath(new URL('../../../src-main/platforms/client.ts', import.meta.url));
    expect(
      execFileSync(process.execPath, ['--input-type=module', '-e', script, path], { encoding: 'utf8' }),
    ).toBe('0');
  });

  it('ends open calls when it is closed', async () => {
    const { target } = await serve(() => undefined);
    const call = refusalOf(client.whoAmI(target, auth));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.close();
    expect(await call).toMatchObject({ code: 'CANCELLED' });
  });
});
