import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentHome, codeOf } from '../../support/homes/agent-home.ts';

let home: AgentHome;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
});
afterAll(() => home.dispose());

const good = 'mbd_test_abcdefghij0123456789';

describe('a name', () => {
  it.each([
    ['with a path in it', '../../etc/passwd'],
    ['with a slash too many', 'dev/a/b'],
    ['of dots', '..'],
    ['with a blank', 'two words'],
    ['with a line break', 'two\nlines'],
    ['with an escape sequence', 'red\u001b[31m'],
    ['with a bell', 'bell\u0007'],
    ['read from right to left', '\u202egnp.yek'],
    ['with an isolate', 'a\u2066b'],
    ['with no width', 'a\u200bb'],
    ['in other letters', 'кey'],
    ['too long', 'n'.repeat(201)],
    ['empty', ''],
    ['that looks like a flag', '-rf'],
    ['of an object’s insides', '__proto__'],
  ])('%s is refused as usage, and nothing of it is printed raw', async (_, name) => {
    const ended = await home.addKey(name, good);
    expect(ended.status).toBe(2);
    expect(['BAD_NAME', 'BAD_REQUEST', 'USAGE', 'BAD_REFERENCE']).toContain(codeOf(ended));
    expect(ended.stderr.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('that is taken is exit 11, in its own environment only', async () => {
    expect((await home.addKey('twice', good)).status).toBe(0);
    const again = await home.addKey('twice', `${good}2`);
    expect([again.status, codeOf(again)]).toEqual([11, 'KEY_EXISTS']);
    expect((await home.addKey('twice', `${good}3`, '-e', 'staging')).status).toBe(0);
    expect((await home.addKey('constructor', `${good}4`)).status).toBe(0);
    expect((await home.addKey('n'.repeat(200), `${good}5`)).status).toBe(0);
  });
});

describe('a value', () => {
  it.each([
    ['quotes', `"it's"\\ \`quoted\` $HOME $(true)`],
    ['emoji and other letters', '🦀 crab — ключ — 鍵'],
    ['blanks at its ends', '  padded\t'],
    ['something like JSON', '{"a":["b"],"__proto__":1}'],
    ['zero-width characters', 'in\u200bvisible\ufeff'],
    ['32,768 bytes', 'v'.repeat(32_768)],
    ['two bytes a character at the limit', 'é'.repeat(16_384)],
  ])('with %s comes back as it was', async (_, text) => {
    const name = `value-${Math.random().toString(36).slice(2)}`;
    expect((await home.addKey(name, text)).status).toBe(0);
    const read = await home.ok('read', `molt://dev/${name}`, '--reveal', '--no-input');
    expect(read.stdout.replace(/\n$/, '')).toBe(text);
    const script = 'process.stdout.write(Buffer.from(process.env.V).toString("hex"))';
    const run = await home.ok(
      'run',
      '--only',
      name,
      '--map',
      `V=molt://dev/${name}`,
      '--mask',
      'never',
      '--',
      process.execPath,
      '-e',
      script,
    );
    expect(Buffer.from(run.stdout, 'hex').toString('utf8')).toBe(text);
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['nothing', ''],
    ['only a line break', '\n'],
    ['only blanks', '   \t '],
    ['a no-break blank alone', '\u00a0'],
    ['one byte too much', 'v'.repeat(32_769)],
    ['a megabyte', 'v'.repeat(1 << 20)],
    ['bytes that are no text', Buffer.from([0x6d, 0x62, 0xff, 0xfe])],
    ['half a character', Buffer.from('🦀').subarray(0, 3)],
  ])('of %s is refused, and is not repeated', async (_, bytes) => {
    const ended = await home.addKey('refused', bytes);
    expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_VALUE']);
    expect(ended.stderr.length).toBeLessThan(400);
    expect(await home.keyNames()).not.toContain('refused');
  });
});

describe('metadata', () => {
  it.each([
    ['--owner', 'a\u202eb'],
    ['--purpose', 'x'.repeat(501)],
    ['--cidr', '10.0.0.1/33'],
    ['--cidr', '010.0.0.1'],
    ['--var', 'A=B'],
    ['--var', 'LD_PRELOAD'],
    ['--var', 'PATH'],
    ['--var', ''],
    ['--expires', '2026-02-30'],
  ])('%s %s is refused', async (flag, text) => {
    const ended = await home.addKey('meta', good, flag, text);
    expect(ended.status).not.toBe(0);
    expect(codeOf(ended)).toBeDefined();
    expect(codeOf(ended)).not.toBe('INTERNAL');
    expect(await home.keyNames()).not.toContain('meta');
  });
});
