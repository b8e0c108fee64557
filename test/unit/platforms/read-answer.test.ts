import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import {
  checkRevoked,
  readAccount,
  readCreatedKey,
  readKeyList,
} from '../../../src-main/platforms/read-answer.ts';
import { readRefresh, readSignIn } from '../../../src-main/platforms/firebase.ts';
import type { HttpAnswer } from '../../../src-main/platforms/transport.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { BugError } from '../../../src-shared/errors/bug-error.ts';

// Many runs on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const { whoAmI, list, create } = denHosting.calls;
if (whoAmI === null || list === null || create === null) throw new BugError('Hosting documents these calls');

const readers: readonly (readonly [string, (answer: HttpAnswer) => unknown])[] = [
  ['an account', (answer) => readAccount(denHosting, whoAmI, answer, 'https://x')],
  ['a list of keys', (answer) => readKeyList(denHosting, list, answer, 'https://x')],
  ['a new key', (answer) => readCreatedKey(denHosting, create, answer, 'https://x')],
  [
    'a revocation',
    (answer) => {
      checkRevoked(denHosting, 'key_1', answer, 'https://x');
    },
  ],
  ['a session', (answer) => readSignIn(answer, 'https://x')],
  ['a renewed session', (answer) => readRefresh(answer, 'https://x')],
];

const names = fc.constantFrom(
  'id',
  'keys',
  'key_id',
  'key',
  'name',
  'status',
  'created_at',
  '__proto__',
  'constructor',
  'idToken',
);
const shaped = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(names, tie('node'), { maxKeys: 6 }),
  ),
})).node;
const body = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  shaped.map((value) => Buffer.from(JSON.stringify(value))),
);

describe.each(readers)('reading %s', (_what, read) => {
  it('ends in an answer or in PLATFORM_ANSWER, whatever comes', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        try {
          read({ status: 200, header: () => undefined, body: bytes });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe('PLATFORM_ANSWER');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a new key', () => {
  it('is taken out of the answer’s bytes', () => {
    const bytes = Buffer.from('{"key_id":"k","key":"mbd_test_CANARY"}');
    const { value } = readCreatedKey(
      denHosting,
      create,
      { status: 201, header: () => undefined, body: bytes },
      'https://x',
    );
    expect(value.expose().toString()).toBe('mbd_test_CANARY');
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});
