import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../src-main/log/json-log.ts';
import { Secret } from '../../../src-main/vault/secret.ts';

const CANARIES = [
  'mbd_live_CanaryCanaryCanaryCanaryCanary12',
  'mbd_test_CanaryCanaryCanaryCanaryCanary12',
  `moltbotden_sk_${'c0ffee11'.repeat(4)}`,
  'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5',
];

let folder: string;
let file: string;
let fd: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keymolt-log-'));
  file = path.join(folder, 'log');
  fd = openSync(file, 'a', 0o600);
});
afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

describe('the log', () => {
  it('writes one JSON line an event, at once', () => {
    createJsonLog(fd).info('vault.locked', { reason: 'idle', count: 3 });
    const line = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(line).toMatchObject({ msg: 'vault.locked', reason: 'idle', count: 3, pid: process.pid });
  });

  it.each(CANARIES)('hides a key wherever a caller put it by mistake (%#)', (canary) => {
    const log = createJsonLog(fd, 'debug');
    const cause = new Error(`header was ${canary}`, { cause: new TypeError(`inner ${canary}`) });
    log.debug('x', { text: `before ${canary} after` });
    log.error('y', { url: `https://h/p?k=${canary}` }, cause);
    log.warn('z', { secret: String(Secret.fromText(canary)) });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(canary.split(' ').at(-1));
    expect(text).not.toMatch(/Canary12|c0ffee11c0ffee11|c2lnbmF0dXJl/);
    expect(text).toContain('before ');
  });

  it('says nothing of an error but its name, message and place', () => {
    const error = Object.assign(new Error('failed'), {
      request: { headers: { 'X-API-Key': 'plain canary' } },
      code: 'ECONNRESET',
    });
    createJsonLog(fd).error('request.failed', { channel: 'keys.test' }, error);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('Error: failed');
    expect(text).toContain('ECONNRESET');
    expect(text).not.toContain('plain canary');
  });
});
