import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPageFile } from '../../../src-main/app/page-files.ts';
import { STYLE_NONCE_PLACEHOLDER } from '../../../src-main/app/page-nonce.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keymolt-page-'));
  mkdirSync(path.join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(
    path.join(folder, 'page', 'index.html'),
    `<script nonce="${STYLE_NONCE_PLACEHOLDER}"></script>`,
  );
  writeFileSync(path.join(folder, 'page', 'assets', 'a.js'), '1');
  writeFileSync(path.join(folder, 'page', 'notes.txt'), 'not of the page');
  writeFileSync(path.join(folder, 'secret.js'), 'outside');
});
afterAll(() => rmSync(folder, { recursive: true }));
const read = (pathname: string) => readPageFile(path.join(folder, 'page'), pathname);

describe('the files of the page', () => {
  test('the page comes with a strict policy and a nonce that is new each time', async () => {
    const [one, other] = await Promise.all([read('/'), read('/index.html')]);
    const nonces = [one, other].map(({ body }) => /nonce="([^"]+)"/.exec(body.toString())?.[1] ?? '');
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(nonces[0]).not.toContain(STYLE_NONCE_PLACEHOLDER);
    const policy = one.headers['content-security-policy'] ?? '';
    expect(policy).toContain(`style-src 'self' 'nonce-${nonces[0] ?? ''}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(one.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a script comes as one', async () => {
    const file = await read('/assets/a.js');
    expect(file.status).toBe(200);
    expect(file.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(file.body.toString()).toBe('1');
  });

  test.each([
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/assets/../../secret.js',
    '/..%2fsecret.js',
    '/notes.txt',
    '/missing.js',
    '/assets',
    '/a%00.js',
    '/%E0%A4%A',
    '',
  ])('%s is not there', async (pathname) => {
    const file = await read(pathname);
    expect(file.status).toBe(404);
    expect(file.body.byteLength).toBe(0);
    expect(file.headers['content-security-policy']).toContain("default-src 'none'");
  });
});
