import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLAGS } from '../../../src-main/cli/command-spec.ts';
import { COMMANDS } from '../../../src-main/cli/command-table.ts';
import { ERROR_CODES } from '../../../src-shared/errors/codes.ts';
import { loadScript } from './load-script.ts';

describe('the page of manual', async () => {
  const { manPage } = await loadScript<{ manPage: (about: { version: string; day: string }) => string }>(
    'man-page.mjs',
  );
  const page = manPage({ version: '1.2.3', day: '2026-02-03' });
  const plain = page.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, '');

  it('has every command with its flags, and every exit status', () => {
    expect(page).toContain('.TH KEYMOLT 1 2026-02-03 "keymolt 1.2.3"');
    for (const { words, flags = [] } of COMMANDS) {
      const section = plain.slice(plain.indexOf(`.SS keymolt ${words}\n`)).split('\n.S', 2)[0] ?? '';
      expect(section).toContain(`keymolt ${words}`);
      for (const flag of flags) {
        expect(section).toContain(`--${flag}`);
        expect(FLAGS).toHaveProperty(flag);
      }
    }
    const statuses =
      plain
        .slice(plain.indexOf('.SH EXIT STATUS'))
        .match(/^\d+(, \d+)*$/gm)
        ?.join(', ') ?? '';
    for (const { exit } of Object.values(ERROR_CODES)) expect(statuses.split(', ')).toContain(String(exit));
  });

  it('has no line that would be taken for an order, and no character that a terminal may lack', () => {
    expect(page).toMatch(/^[ -~\n]*$/);
    for (const line of page.split('\n').filter((one) => /^[.']/.test(one)))
      expect(line).toMatch(/^\.(TH|SH|SS|TP|PP|br|EX|EE)( |$)/);
    // Where the formatter is to be had, it has nothing to say against it.
    const formatted = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z'], { input: page, encoding: 'utf8' });
    if (formatted.error === undefined) expect(formatted.stderr).toBe('');
  });
});

describe('sums and signatures', async () => {
  const { writeSums, signSums, NAMESPACE } = await loadScript<{
    writeSums: (folder: string) => Promise<string[]>;
    signSums: (folder: string, keys: { ssh?: string; gpg?: string }) => string[];
    NAMESPACE: string;
  }>('sums.mjs');
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'keymolt-sums-'));
    writeFileSync(path.join(folder, 'keymolt-cli_1_amd64.deb'), 'one');
    writeFileSync(path.join(folder, 'keymolt-1.cdx.json'), '{}');
    writeFileSync(path.join(folder, 'builder-debug.yml'), 'of no concern');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are what sha256sum checks', async () => {
    expect(await writeSums(folder)).toEqual(['keymolt-1.cdx.json', 'keymolt-cli_1_amd64.deb']);
    expect(readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8')).toMatch(
      /^[0-9a-f]{64} {2}keymolt-1\.cdx\.json\n[0-9a-f]{64} {2}keymolt-cli_1_amd64\.deb\n$/,
    );
    const check = () => spawnSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder }).status;
    expect(check()).toBe(0);
    writeFileSync(path.join(folder, 'keymolt-cli_1_amd64.deb'), 'another');
    expect(check()).toBe(1);
  });

  it('are signed with a key, for releases alone; without one there is no signature, not even an old one', async () => {
    await writeSums(folder);
    const key = path.join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', key]);
    writeFileSync(path.join(folder, 'signers'), `release ${readFileSync(`${key}.pub`, 'utf8')}`);
    expect(signSums(folder, { ssh: key })).toEqual(['SHA256SUMS.sig']);
    const signature = path.join(folder, 'SHA256SUMS.sig');
    const verify = (what: string | Buffer, namespace = NAMESPACE): number | null =>
      spawnSync(
        'ssh-keygen',
        [
          '-Y',
          'verify',
          '-f',
          path.join(folder, 'signers'),
          '-I',
          'release',
          '-n',
          namespace,
          '-s',
          signature,
        ],
        { input: what },
      ).status;
    const sums = readFileSync(path.join(folder, 'SHA256SUMS'));
    expect(verify(sums)).toBe(0);
    expect(verify(sums, 'file')).not.toBe(0);
    expect(verify(`${sums.toString()}x`)).not.toBe(0);
    expect(signSums(folder, {})).toEqual([]);
    expect(existsSync(signature)).toBe(false);
    expect(() => signSums(folder, { ssh: path.join(folder, 'no-key') })).toThrow('ssh-keygen');
  });
});

it('the bill of materials has what is shipped, built in or beside, and not what it is built with', async () => {
  const { billOfMaterials } = await loadScript<{ billOfMaterials: (epoch: number) => string }>('sbom.mjs');
  const bill = JSON.parse(billOfMaterials(1_700_000_000)) as {
    bomFormat: string;
    serialNumber: string;
    metadata: { timestamp: string; component: { name: string } };
    components: { name: string; version: string; 'bom-ref': string }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  expect(bill.metadata).toMatchObject({
    timestamp: '2023-11-14T22:13:20.000Z',
    component: { name: 'keymolt' },
  });
  expect(bill.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const names = bill.components.map(({ 'bom-ref': ref }) => ref.replace(/@[^@]*$/, ''));
  expect(names).toEqual(
    expect.arrayContaining([
      'better-sqlite3',
      '@github/keytar',
      'node',
      'zod',
      'electron',
      'react',
      '@mantine/core',
    ]),
  );
  for (const tool of ['vitest', 'typescript', 'eslint', 'electron-vite', '@playwright/test', 'libsql'])
    expect(names).not.toContain(tool);
  const refs = new Set(bill.components.map(({ 'bom-ref': ref }) => ref));
  for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
}, 30_000);
