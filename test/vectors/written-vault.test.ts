import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeOpenCore, PASSPHRASE } from '../support/test-core.ts';
import { readVault } from './second-reader.ts';

const FORMAT = path.join(import.meta.dirname, '../../src-main/vault/crypto/FORMAT.md');

/** The fields that FORMAT.md lists for each kind; what stands in brackets is inside of one. */
function documentedFields(): Map<number, readonly string[]> {
  const rows = readFileSync(FORMAT, 'utf8').matchAll(/^\| ([1-7]) \w+ +\| (.+?) +\|$/gm);
  return new Map(
    [...rows].map(([, kind, text = '']) => [
      Number(kind),
      [...text.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, field = '']) => field).sort(),
    ]),
  );
}

/** Fields that are there only once there is something to say. */
const OPTIONAL = ['previousFingerprints'];

test('what the program writes has the fields that FORMAT.md lists, and the second reader reads it', async () => {
  const core = await makeOpenCore();
  try {
    await core.call('sandbox.start', { tier: 'forge' });
    const { email, password } = core.sandbox()!.owners.test;
    const secret = Buffer.from(password);
    await core.call('sessions.signIn', { platform: 'sandbox-hosting', email, password: secret });
    for (const name of ['agent', 'deployed'])
      await core.call('keys.create', { name, platform: 'sandbox-hosting' });
    await core.call('platforms.set', { id: 'den-hosting', tier: 'spark' });
    await core.call('deployments.add', { key: 'deployed', place: { kind: 'process' } });
    await core.call('rotations.start', { key: 'agent', no_deploy_check: true });
    const { secrets } = await core.callForSecrets('secrets.read', { reference: 'molt://dev/agent' });
    await core.close('by_user');

    const { records } = await readVault(core.paths.vault, { passphrase: PASSPHRASE });
    const documented = documentedFields();
    expect([...documented.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const kinds = new Set(records.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { kind, meta } of records) {
      const fields = new Set([...Object.keys(meta as object), ...(kind === 2 ? OPTIONAL : [])]);
      expect([kind, [...fields].sort()]).toEqual([kind, documented.get(kind)]);
    }
    const key = records.find(({ kind, meta }) => kind === 2 && (meta as { name: string }).name === 'agent');
    expect(Object.values(secrets)).toEqual([key?.value?.toString()]);
    const session = records.find(({ kind }) => kind === 4);
    expect(session?.value?.toString().split('\n')).toHaveLength(2);
    expect(records.filter(({ kind, value }) => ![2, 4].includes(kind) && value !== null)).toEqual([]);
  } finally {
    await core.dispose();
  }
});
