import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type BridgeParts, installBridge } from '../../../src-main/app/chromium-host/install-bridge.ts';
import {
  decodeCall,
  decodePayload,
  encodeAnswer,
  encodeNews,
} from '../../../src-main/app/chromium-host/wire.ts';

type Bridge = Record<string, Record<string, (request: unknown) => Promise<unknown>>> & {
  on: (name: string, listener: (event: unknown) => void) => () => void;
};

const ORIGIN = 'https://page.invalid';
const PARTS: BridgeParts = {
  origin: ORIGIN,
  channels: ['keys.list', 'keys.add', 'vault.lock'],
  events: ['statusChanged'],
  binding: '__call',
  message: 'message',
};

const scope = globalThis as unknown as Record<string, unknown>;
const names = ['top', 'window', 'location', 'addEventListener', '__call', 'keymolt'];
afterEach(() => {
  for (const name of names) Reflect.deleteProperty(scope, name);
});

/** As if in a page: what the bridge is given, and what it made of it. */
const inPage = (page: { origin?: string; isFrame?: boolean; outcome?: unknown } = {}) => {
  const calls: unknown[] = [];
  const target = new EventTarget();
  const tell = (detail: string) => target.dispatchEvent(new CustomEvent('message', { detail }));
  Object.defineProperties(scope, {
    window: { value: scope, configurable: true },
    top: { value: page.isFrame === true ? {} : scope, configurable: true },
    location: { value: { origin: page.origin ?? ORIGIN }, configurable: true },
    addEventListener: { value: target.addEventListener.bind(target), configurable: true },
    __call: {
      value: (text: string) => {
        const call = decodeCall(text);
        calls.push(call);
        tell(encodeAnswer(call?.id ?? 0, page.outcome ?? { ok: true, result: 1 }));
      },
      configurable: true,
    },
  });
  // As the page gets it: by its text alone, so nothing from around it can be used.
  const install = runInThisContext(`(${installBridge.toString()})`) as typeof installBridge;
  // The property cannot be redefined once made; each test makes it anew.
  const define = Object.defineProperty;
  Object.defineProperty = ((object: object, key: PropertyKey, how: PropertyDescriptor) =>
    define(object, key, { ...how, configurable: true })) as typeof Object.defineProperty;
  try {
    install(PARTS);
  } finally {
    Object.defineProperty = define;
  }
  return { calls, tell, bridge: scope['keymolt'] as Bridge | undefined };
};

describe('the bridge in the page', () => {
  test('has the channels of the contract and takes the binding away', async () => {
    const { bridge, calls } = inPage();
    expect(Object.keys(bridge ?? {}).toSorted()).toEqual(['host', 'keys', 'on', 'vault']);
    expect(Object.keys(bridge?.['keys'] ?? {})).toEqual(['list', 'add']);
    expect('__call' in scope).toBe(false);
    expect(await bridge?.['keys']?.['list']?.({ env: 'dev' })).toEqual({ ok: true, result: 1 });
    expect(calls).toEqual([{ id: 1, channel: 'keys.list', payload: { env: 'dev' } }]);
  });

  test('cannot be changed by the page', () => {
    const { bridge } = inPage();
    expect(Object.isFrozen(bridge)).toBe(true);
    expect(Object.isFrozen(bridge?.['keys'])).toBe(true);
  });

  test.each([
    ['in a frame', { isFrame: true }],
    ['on another origin', { origin: 'https://page.invalid.example' }],
    ['on no origin', { origin: 'null' }],
  ])('is not there %s, and neither is the binding', (_where, page) => {
    expect(inPage(page).bridge).toBeUndefined();
    expect('__call' in scope).toBe(false);
  });

  test('passes news on to who listens, until they stop', () => {
    const { bridge, tell: tellPage } = inPage();
    const heard: unknown[] = [];
    const stop = bridge?.on('statusChanged', (event) => heard.push(event));
    const tell = (...news: [string, unknown][]) => tellPage(encodeNews(news));
    tell(['statusChanged', 1], ['unheard', 2], ['statusChanged', 3]);
    stop?.();
    tell(['statusChanged', 4]);
    expect(heard).toEqual([1, 3]);
  });

  test('bytes cross whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (value) => {
        const { bridge, calls } = inPage();
        await bridge?.['keys']?.['add']?.({ name: 'a', value });
        for (const name of names) Reflect.deleteProperty(scope, name);
        expect(calls).toEqual([{ id: 1, channel: 'keys.add', payload: { name: 'a', value } }]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an answer', () => {
  test('a refusal crosses as it is', async () => {
    const outcome = { ok: false, error: { code: 'VAULT_LOCKED', message: 'It is locked.', hint: '' } };
    expect(await inPage({ outcome }).bridge?.['keys']?.['list']?.({})).toEqual(outcome);
  });

  test('with columns crosses as it is, for the page to make rows of', async () => {
    const keys = { $columns: { name: ['a', 'b'], env: { of: ['dev'], at: [] } }, rows: 2 };
    const outcome = { ok: true, result: { schema: 1, keys } };
    expect(await inPage({ outcome }).bridge?.['keys']?.['list']?.({})).toEqual(outcome);
  });
});

describe('a call from the page', () => {
  test.each([undefined, 4, '', '{', '[]', '["1","keys.list","{}"]', '[1.5]', 'null', '{"id":1}'])(
    'that is none gets no answer: %j',
    (text) => {
      expect(decodeCall(text)).toBeUndefined();
    },
  );

  test('with junk in it is for the dispatcher to refuse', () => {
    expect(decodeCall('[1]')).toEqual({ id: 1, channel: 'undefined', payload: undefined });
    expect(decodeCall('[1,"keys.list","{"]')).toEqual({ id: 1, channel: 'keys.list', payload: undefined });
  });
});

describe('a payload from the page', () => {
  test.each([undefined, 4, '', '{', 'x'.repeat(2_000_001)])('junk is no request', (text) => {
    expect(decodePayload(text)).toBeUndefined();
  });

  test('a marker with anything beside it is no bytes', () => {
    expect(decodePayload('{"$bytes":"AAAA","more":1}')).toEqual({ $bytes: 'AAAA', more: 1 });
    expect(decodePayload('{"$bytes":4}')).toEqual({ $bytes: 4 });
  });

  test('a poisoned prototype stays a mere name', () => {
    const decoded = decodePayload('{"__proto__":{"env":"prod"}}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded['env']).toBeUndefined();
  });
});
