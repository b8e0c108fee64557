import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS, WINDOW_CHANNELS } from '../../src-shared/contract/channels.ts';
import { handlers } from '../../src-main/ipc/handlers/index.ts';
import { bytes, makeOpenCore, makeTestCore, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCana12';
const channels = [...CHANNELS];

/** Requests that get through the schema and ask for as much as they can, for looking what comes back. */
const GREEDY: Readonly<Record<string, object>> = {
  'vault.status': {},
  'environments.list': {},
  'platforms.list': {},
  'platforms.show': { id: 'den-hosting' },
  'platforms.check': { id: 'sandbox-hosting' },
  'overview.show': { most: 10_000 },
  'keys.list': {},
  'keys.show': { key: 'canary' },
  'keys.add': { name: 'canary-2', platform: 'den-hosting', value: bytes(CANARY) },
  'keys.edit': { key: 'canary', metadata: { owner: 'me' } },
  'keys.copy': { key: 'canary' },
  'keys.test': { key: 'canary' },
  'secrets.fingerprint': { value: bytes(CANARY) },
  'sync.run': {},
  'limits.list': {},
  'doctor.run': { key: 'canary', value: bytes(CANARY), sources: { variable: 'X', sources: [] } },
  'doctor.inspectValue': { value: bytes(CANARY), key: 'canary' },
  'doctor.cleanValue': { key: 'canary' },
  'audit.list': {},
  'audit.verify': {},
  'vault.changePassphrase': { current: bytes(PASSPHRASE), current_is: 'passphrase', next: bytes(PASSPHRASE) },
  'vault.renewRecoveryCode': { passphrase: bytes(PASSPHRASE) },
  'sandbox.start': {},
  'approvals.list': {},
  'imports.preview': {
    file: bytes(`A=${CANARY}\nB=${CANARY.replace('12', '34')}\nPASSWORD=CanaryCanary-1234567890`),
  },
  'imports.discard': {},
  'preferences.get': {},
  'runs.launch': { env: 'dev', command: ['x'], keys: [], size: { columns: 80, rows: 24 } },
  'runs.type': { id: 'x', text: 'x' },
  'profiles.save': { name: 'x', env: 'dev', command: ['x'], keys: ['canary'] },
  'profiles.start': { id: 'x', size: { columns: 80, rows: 24 } },
  'profiles.list': {},
};

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', {});
  await core.call('keys.add', { name: 'canary', platform: 'den-hosting', value: bytes(CANARY) });
});
afterAll(async () => {
  // Whatever was tried above, the log never saw a value or the passphrase.
  expect(core.logged.join('\n')).not.toMatch(/CanaryCanary|a passphrase for tests/);
  await core.dispose();
});

const SHOW_A_CODE: readonly string[] = ['vault.create', 'vault.renewRecoveryCode'];

describe('every channel', () => {
  it('has a handler, and every handler a channel', () => {
    expect(Object.keys(handlers).sort()).toEqual(channels.map(([name]) => name).sort());
  });

  it('keeps values off the window: none of its methods attaches secrets', async () => {
    for (const [name, method] of channels) {
      // A recovery code: bytes to the socket, and to the window the one text that it is to show.
      if (method.attachesSecrets && !SHOW_A_CODE.includes(name))
        expect([name, method.faces]).toEqual([name, ['socket']]);
    }
    expect(WINDOW_CHANNELS).not.toContain('secrets.read');
    const other = makeTestCore();
    try {
      const shown = await other.ask('vault.create', { passphrase: bytes(PASSPHRASE) }, { face: 'window' });
      expect([shown.outcome.ok, shown.attachments.size]).toEqual([true, 0]);
    } finally {
      await other.dispose();
    }
  });

  it.each(channels)(
    '%s refuses a sender that is not ours, without a word on what it would do',
    async (name, { faces }) => {
      for (const face of faces) {
        const { outcome, attachments } = await core.ask(name, GREEDY[name] ?? {}, {
          face,
          isTrustedSender: false,
        });
        expect(outcome).toMatchObject({ ok: false, error: { code: 'REFUSED' } });
        expect(attachments.size).toBe(0);
      }
    },
  );

  it.each(channels)('%s is not there on a face that is not its own', async (name, { faces }) => {
    for (const face of ['window', 'socket'] as const) {
      if (faces.includes(face)) continue;
      const { outcome } = await core.ask(name, GREEDY[name] ?? {}, { face });
      expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    }
  });

  const JUNK: unknown[] = [
    undefined,
    null,
    0,
    '',
    [],
    'x'.repeat(1_000_000),
    { __proto__: { polluted: true } },
    JSON.parse('{"__proto__":{"polluted":true}}'),
    { constructor: { prototype: {} } },
    { unknown_field: 1 },
    { key: { $bytes: [0, 1] }, passphrase: 'text, not bytes' },
    { key: 'a'.repeat(100_000), env: 7, name: ['x'] },
  ];

  it.each(channels)(
    '%s answers junk with a refusal, or, where it asks for nothing, with an answer',
    async (name, method) => {
      if (name.startsWith('agent.')) return;
      for (const junk of JUNK) {
        const fits = method.request.safeParse(junk).success;
        if (fits) continue;
        const { outcome } = await core.ask(name, junk, { face: method.faces[0] ?? 'socket' });
        expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
        expect(JSON.stringify(outcome).length).toBeLessThan(2000);
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('survives three thousand random payloads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          ...channels.filter(
            ([name]) => !name.startsWith('agent.') && name !== 'vault.lock' && !name.startsWith('sandbox.'),
          ),
        ),
        fc.anything(),
        async ([name, method], payload) => {
          if (method.request.safeParse(payload).success) return;
          const { outcome } = await core.ask(name, payload, { face: method.faces[0] ?? 'socket' });
          expect(outcome.ok).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each(Object.entries(GREEDY))('%s tells no value and no passphrase', async (name, request) => {
    const { faces } = CHANNELS.get(name)!;
    for (const face of faces) {
      const { outcome, attachments } = await core.ask(name, request, { face });
      expect(JSON.stringify(outcome)).not.toMatch(/CanaryCanary|a passphrase for tests/);
      expect(attachments.size).toBe(0);
    }
  });

  it.each(channels.filter(([, { needs }]) => needs === 'unlocked'))(
    '%s says that the vault is locked, or missing',
    async (name, method) => {
      const empty = makeTestCore();
      try {
        const samples: unknown[] = [GREEDY[name], ...SAMPLES, {}];
        const request = samples.find(
          (sample) => sample !== undefined && method.request.safeParse(sample).success,
        );
        expect(request, `a request that fits ${name}`).toBeDefined();
        const { outcome } = await empty.ask(name, request, { face: method.faces[0] ?? 'socket' });
        expect(outcome).toMatchObject({ ok: false, error: { code: 'VAULT_MISSING', exit: 3 } });
      } finally {
        await empty.dispose();
      }
    },
  );
});

const SAMPLES: readonly object[] = [
  { name: 'x', kind: 'test' },
  { name: 'x' },
  { id: 'x' },
  { definition: '{}' },
  { name: 'x', platform: 'y' },
  { key: 'x' },
  { key: 'x', confirm: 'x' },
  { env: 'dev', confirm: 'dev' },
  { keys: ['x'], confirm: '1' },
  { reference: 'molt://dev/x' },
  { references: ['molt://dev/x'], purpose: 'resolve' },
  { map: [], allow_live: false, command: 'x', cwd: '/' },
  { env: 'dev', command: ['x'], keys: [] },
  { enabled: true },
  { id: 'x', revision: 0, decision: 'deny' },
  { key: 'x', place: { kind: 'process' } },
  { email: 'a@b', password: bytes('x') },
  { after_seq: 0, limit: 1 },
  { import_id: 'x', items: [{ at: 0, name: 'x', platform: 'y' }] },
  { as: 'csv' },
];
