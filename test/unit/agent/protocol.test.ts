import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANSWER_LIMITS,
  encodeAnswer,
  encodeHello,
  encodeRequest,
  FrameDecoder,
  MAX_REQUEST_DEPTH,
  readAnswer,
  readErrorView,
  readHello,
  readRequest,
  readRequestId,
  REQUEST_LIMITS,
} from '../../../src-main/agent/wire/protocol.ts';
import { isDeeperThan } from '../../../src-main/agent/wire/protocol-json.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';

const CANARY = 'canary-8d1f-value';

const join = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
const decodeOne = (bytes: Uint8Array, limits = REQUEST_LIMITS) => {
  const frames = new FrameDecoder(limits).push(bytes);
  expect(frames).toHaveLength(1);
  return frames[0]!;
};
/** A frame as a stranger might write it. */
const rawFrame = (envelope: string | Uint8Array, attachments: Uint8Array = Buffer.alloc(0)): Buffer => {
  const head = Buffer.from(envelope);
  const lengths = Buffer.alloc(12);
  lengths.writeUInt32BE(head.length, 0);
  lengths.writeUInt32BE(attachments.length, 8);
  return Buffer.concat([lengths, head, attachments]);
};
const request = (params: unknown, more: object = {}): string =>
  JSON.stringify({ keymolt: 1, id: 1, method: 'keys.list', params, ...more });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : `bug: ${String(error)}`;
  }
  return 'none';
};

describe('requests', () => {
  it('carries secrets outside the JSON text, and puts them back where they were', () => {
    const bytes = join(
      encodeRequest(7, 'keys.add', { name: 'a', value: Buffer.from(CANARY), list: [Buffer.from('x'), 1] }),
    );
    const frame = decodeOne(bytes);
    expect(frame.envelope.toString()).not.toContain(CANARY);
    const read = readRequest(frame);
    expect(read.id).toBe(7);
    expect(read.method).toBe('keys.add');
    expect(Buffer.from(read.params['value'] as Uint8Array).toString()).toBe(CANARY);
    expect(Buffer.from((read.params['list'] as Uint8Array[])[0]!).toString()).toBe('x');
  });

  it('survives every way of cutting the stream', () => {
    const jsonValue = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ id: fc.integer({ min: 1, max: 2 ** 31 }), value: jsonValue, secret: fc.uint8Array() }),
        ),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (messages, cuts) => {
          const wire = join(
            messages.flatMap(({ id, value, secret }) =>
              encodeRequest(id, 'keys.list', { value: JSON.stringify(value), secret: Buffer.from(secret) }),
            ),
          );
          const decoder = new FrameDecoder(REQUEST_LIMITS);
          const read = [];
          for (let at = 0, turn = 0; at < wire.length; turn += 1) {
            const size = cuts[turn % cuts.length]!;
            read.push(...decoder.push(wire.subarray(at, at + size)).map(readRequest));
            at += size;
          }
          expect(read.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
          read.forEach(({ params }, at) => {
            expect(params['value']).toBe(JSON.stringify(messages[at]!.value));
            expect(Buffer.from(params['secret'] as Uint8Array)).toEqual(Buffer.from(messages[at]!.secret));
          });
          expect(decoder.isMidFrame).toBe(false);
        },
      ),
    );
  });

  it('takes one byte at a time', () => {
    const wire = join(encodeRequest(1, 'vault.unlock', { with: 'passphrase', secret: Buffer.from('pass') }));
    const decoder = new FrameDecoder(REQUEST_LIMITS);
    const frames = [...wire].flatMap((byte) => decoder.push(Buffer.from([byte])));
    expect(frames).toHaveLength(1);
    expect(readRequest(frames[0]!).method).toBe('vault.unlock');
  });

  it('refuses to send more than the agent takes', () => {
    expect(codeOf(() => encodeRequest(1, 'keys.add', { value: Buffer.alloc(70_000) }))).toBe('BAD_REQUEST');
  });
});

describe('what a stranger may send', () => {
  it.each([
    ['a length of 2^32 - 1', [0xffffffff, 0, 0]],
    ['a result in a request', [10, 1, 0]],
    ['more than 64 KiB together', [40_000, 0, 40_000]],
    ['nothing at all', [0, 0, 0]],
  ])('refuses %s by its header alone, before any of it is kept', (_name, lengths) => {
    const header = Buffer.alloc(12);
    lengths.forEach((length, at) => header.writeUInt32BE(length, at * 4));
    expect(codeOf(() => new FrameDecoder(REQUEST_LIMITS).push(header))).toBe('BAD_REQUEST');
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['no JSON', 'hello'],
    ['half a JSON', '{"keymolt":1,'],
    ['two JSON texts', `${request({})}{}`],
    ['an array', '[1]'],
    ['no id', request({}, { id: undefined })],
    ['an id that is no number', request({}, { id: '1' })],
    ['an id of 0', request({}, { id: 0 })],
    ['no method', request({}, { method: 7 })],
    ['a long method', request({}, { method: 'a'.repeat(101) })],
    ['params that are a list', request([])],
    ['further fields', request({}, { extra: true })],
    ['a span beyond the attachments', request({ value: { $bytes: [0, 4] } })],
    ['a negative span', request({ value: { $bytes: [-1, 1] } })],
    ['a span with a fraction', request({ value: { $bytes: [0, 0.5] } })],
    ['a span with a companion', request({ value: { $bytes: [0, 0], more: 1 } })],
    ['a prototype', '{"keymolt":1,"id":1,"method":"keys.list","params":{"__proto__":{"a":1}}}'],
  ])('refuses %s', (_name, envelope) => {
    expect(codeOf(() => readRequest(decodeOne(rawFrame(envelope))))).toBe('BAD_REQUEST');
  });

  it('refuses attachments that nothing refers to, and spans that overlap', () => {
    const bytes = Buffer.from('abcd');
    expect(codeOf(() => readRequest(decodeOne(rawFrame(request({}), bytes))))).toBe('BAD_REQUEST');
    const overlapping = request({ a: { $bytes: [0, 3] }, b: { $bytes: [2, 2] } });
    expect(codeOf(() => readRequest(decodeOne(rawFrame(overlapping, bytes))))).toBe('BAD_REQUEST');
  });

  it('names another version of the protocol as such', () => {
    expect(codeOf(() => readRequest(decodeOne(rawFrame(request({}, { keymolt: 2 })))))).toBe(
      'PROTOCOL_MISMATCH',
    );
  });

  it('refuses nesting without walking down it', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    // The envelope and params are two levels themselves.
    const inside = MAX_REQUEST_DEPTH - 2;
    const envelope = (levels: number) =>
      `{"keymolt":1,"id":1,"method":"keys.list","params":{"a":${deep(levels)}}}`;
    expect(codeOf(() => readRequest(decodeOne(rawFrame(envelope(inside)))))).toBe('none');
    expect(codeOf(() => readRequest(decodeOne(rawFrame(envelope(inside + 1)))))).toBe('BAD_REQUEST');
    expect(codeOf(() => readRequest(decodeOne(rawFrame(envelope(10_000)))))).toBe('BAD_REQUEST');
  });

  it('does not count brackets inside strings', () => {
    expect(isDeeperThan(Buffer.from(JSON.stringify({ a: '[[[[{{{{\\"[[[' })), 1)).toBe(false);
    expect(isDeeperThan(Buffer.from('{"a":"\\\\","b":[1]}'), 1)).toBe(true);
  });

  it('never ends in anything but a frame or BAD_REQUEST, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const decoder = new FrameDecoder(REQUEST_LIMITS);
        for (const chunk of chunks) {
          let frames;
          try {
            frames = decoder.push(chunk);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            return;
          }
          for (const frame of frames) {
            expect(['none', 'BAD_REQUEST', 'PROTOCOL_MISMATCH']).toContain(codeOf(() => readRequest(frame)));
            expect(readRequestId(frame)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('stays itself when a true message is changed in any byte', () => {
    const wire = join(encodeRequest(3, 'keys.add', { name: 'a', value: Buffer.from('secret') }));
    fc.assert(
      fc.property(fc.nat(wire.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(wire);
        changed[at] = byte;
        const outcome = codeOf(() => {
          for (const frame of new FrameDecoder(REQUEST_LIMITS).push(changed)) readRequest(frame);
        });
        expect(['none', 'BAD_REQUEST', 'PROTOCOL_MISMATCH']).toContain(outcome);
      }),
    );
  });

  it('forgets a half message, with what it held', () => {
    const decoder = new FrameDecoder(REQUEST_LIMITS);
    decoder.push(join(encodeRequest(1, 'keys.add', { value: Buffer.from(CANARY) })).subarray(0, -1));
    expect(decoder.isMidFrame).toBe(true);
    decoder.wipe();
    expect(decoder.isMidFrame).toBe(false);
  });
});

describe('answers', () => {
  it('hands the result on as the bytes it came in', () => {
    const result = { schema: 1, keys: [{ name: 'é\u202e' }] };
    const answer = readAnswer(decodeOne(join(encodeAnswer(4, { ok: true, result })), ANSWER_LIMITS));
    expect(answer).toMatchObject({ id: 4, ok: true });
    expect(answer.result.toString()).toBe(JSON.stringify(result));
  });

  it('keeps values apart from the result', () => {
    const attachments = { A: Buffer.from(CANARY), B: Buffer.alloc(0), C: Buffer.from('other') };
    const frame = decodeOne(
      join(encodeAnswer(1, { ok: true, result: { schema: 1 }, attachments })),
      ANSWER_LIMITS,
    );
    expect(frame.envelope.toString() + frame.result.toString()).not.toContain(CANARY);
    const read = readAnswer(frame).attachments;
    expect([...read].map(([name, bytes]) => [name, bytes.toString()])).toEqual([
      ['A', CANARY],
      ['B', ''],
      ['C', 'other'],
    ]);
  });

  it('brings an error back as what it was', () => {
    const error = new AppError('KEY_NOT_FOUND', 'no such key', 'look', { details: { key: 'a' } });
    const answer = readAnswer(
      decodeOne(join(encodeAnswer(1, { ok: false, error: error.toView() })), ANSWER_LIMITS),
    );
    expect(answer.ok).toBe(false);
    expect(readErrorView(answer.result).toView()).toEqual(error.toView());
  });

  it('takes an error of a newer agent for what it can', () => {
    const view = Buffer.from(JSON.stringify({ code: 'OF_TOMORROW', message: 'new', hint: '' }));
    expect(readErrorView(view)).toMatchObject({ code: 'INTERNAL', message: 'OF_TOMORROW: new' });
  });
});

describe('hello', () => {
  it('says who answers', () => {
    const hello = { version: '1.2.3', pid: 42, host: 'desktop' as const };
    expect(readHello(decodeOne(join(encodeHello(hello)), ANSWER_LIMITS))).toEqual({ hello });
  });

  it.each(['{"keymolt":2,"hello":{}}', '{"keymolt":1}', '{"keymolt":1,"hello":{"version":1}}', '{}'])(
    'does not take %s for one',
    (envelope) => {
      expect(readHello(decodeOne(rawFrame(envelope), ANSWER_LIMITS)).hello).toBeUndefined();
    },
  );
});
