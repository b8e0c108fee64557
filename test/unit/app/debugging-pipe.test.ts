import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type BrowserEvent, DebuggingPipe } from '../../../src-main/app/chromium-host/debugging-pipe.ts';

/** A browser that answers as it is told. */
const browser = () => {
  const toUs = new PassThrough();
  const fromUs = new PassThrough();
  const pipe = new DebuggingPipe(toUs, fromUs);
  const asked = (): unknown[] =>
    String(fromUs.read() ?? '')
      .split('\0')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as unknown);
  const tell = (message: object): void => void toUs.write(`${JSON.stringify(message)}\0`);
  return { pipe, toUs, asked, tell };
};

test('each answer goes to who asked, in whatever order they come', async () => {
  const { pipe, asked, tell } = browser();
  const first = pipe.send('Page.enable', {}, 'page');
  const second = pipe.send('Browser.close');
  expect(asked()).toEqual([
    { id: 1, method: 'Page.enable', params: {}, sessionId: 'page' },
    { id: 2, method: 'Browser.close', params: {} },
  ]);
  tell({ id: 2, error: { message: 'not now' } });
  tell({ id: 3, result: {} });
  tell({ id: 1, result: { done: true } });
  await expect(second).rejects.toThrow('The browser refused: not now.');
  expect(await first).toEqual({ done: true });
});

test('messages come whole, however the pipe cuts them', async () => {
  const message = fc.record({
    method: fc.string({ unit: 'grapheme' }),
    params: fc.dictionary(fc.string(), fc.string()),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      async (messages, size) => {
        const { pipe, toUs } = browser();
        const heard: BrowserEvent[] = [];
        pipe.listen((event) => heard.push(event));
        const bytes = Buffer.from(messages.map((each) => `${JSON.stringify(each)}\0`).join(''));
        for (let at = 0; at < bytes.length; at += size) toUs.write(bytes.subarray(at, at + size));
        await new Promise((resolve) => setImmediate(resolve));
        expect(heard).toEqual(
          messages.map(({ method, params }) => ({
            method,
            params: JSON.parse(JSON.stringify(params)) as unknown,
            sessionId: undefined,
          })),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('nobody waits for a browser that is gone', async () => {
  const { pipe, toUs } = browser();
  const waiting = pipe.send('Page.enable');
  toUs.destroy();
  await expect(waiting).rejects.toMatchObject({ code: 'WINDOW_UNAVAILABLE' });
  await expect(pipe.send('Page.enable')).rejects.toThrow('The browser has ended.');
});
