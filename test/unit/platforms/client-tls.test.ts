import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPlatformClient } from '../../../src-main/platforms/client.ts';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import type { PlatformTarget } from '../../../src-main/platforms/ports.ts';
import { everythingOf, refusalOf } from '../../support/refusals.ts';
import { apiKey } from '../../support/platform/running-sandbox.ts';
import { makeCertificate, type TestCertificate } from '../../support/platform/test-certificates.ts';

const DAY_MS = 86_400_000;
const CANARY = 'mbd_live_CANARYcanaryCANARYcanaryCANARY12';

const authority = makeCertificate({ commonName: 'Test Authority', isAuthority: true });
const folder = mkdtempSync(join(tmpdir(), 'keymolt-tls-'));
const caFile = join(folder, 'authority.pem');
beforeAll(() => {
  writeFileSync(caFile, authority.pem);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const heard: string[] = [];
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  heard.length = 0;
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function call(certificate: TestCertificate, more: Partial<PlatformTarget>): Promise<unknown> {
  const server = createServer({ cert: certificate.pem, key: certificate.keyPem }, (request, response) => {
    heard.push(String(request.headers['x-api-key']));
    response.end('{"id":"acct_1","platform_tier":"spark"}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = createPlatformClient();
  closers.push(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return client.whoAmI({ definition: denHosting, baseUrl, ...more }, apiKey(CANARY), { retries: 0 });
}

describe('a server’s certificate', { timeout: 30_000 }, () => {
  it('of an authority in the file that a person named is taken', async () => {
    const certificate = makeCertificate({ commonName: 'platform', issuer: authority, ipv4: '127.0.0.1' });
    expect(await call(certificate, { caFile })).toMatchObject({ id: 'acct_1' });
    expect(heard).toEqual([CANARY]);
  });

  it.each<[string, TestCertificate, RegExp]>([
    [
      'that it signed itself',
      makeCertificate({ commonName: 'platform', ipv4: '127.0.0.1' }),
      /signed itself/,
    ],
    [
      'for another name',
      makeCertificate({ commonName: 'platform', issuer: authority, dnsName: 'api.example' }),
      /for another name/,
    ],
    [
      'that is over',
      makeCertificate({
        commonName: 'platform',
        issuer: authority,
        ipv4: '127.0.0.1',
        notBefore: new Date(Date.now() - 3 * DAY_MS),
        notAfter: new Date(Date.now() - DAY_MS),
      }),
      /no longer valid/,
    ],
    [
      'that has not begun',
      makeCertificate({
        commonName: 'platform',
        issuer: authority,
        ipv4: '127.0.0.1',
        notBefore: new Date(Date.now() + DAY_MS),
        notAfter: new Date(Date.now() + 3 * DAY_MS),
      }),
      /not valid yet/,
    ],
  ])('%s is refused, and the key stays here', async (_what, certificate, words) => {
    const refusal = await refusalOf(call(certificate, { caFile }));
    expect(refusal).toMatchObject({
      code: 'TLS',
      exit: 8,
      details: { reason: 'net.tls', may_have_happened: false },
    });
    expect(refusal.message).toMatch(words);
    expect(everythingOf(refusal)).not.toContain('CANARY');
    expect(heard).toEqual([]);
  });

  it('of an authority that nobody named is refused', async () => {
    const certificate = makeCertificate({ commonName: 'platform', issuer: authority, ipv4: '127.0.0.1' });
    const refusal = await refusalOf(call(certificate, {}));
    expect(refusal).toMatchObject({ code: 'TLS' });
    expect(refusal.hint).toContain('--ca-file');
    expect(heard).toEqual([]);
  });
});
