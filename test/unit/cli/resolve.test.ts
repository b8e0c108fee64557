import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonString, readIds } from '../../../src-main/cli/commands/references/resolve.ts';

describe('a value as JSON text', () => {
  it('is what JSON.parse reads back, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wellFormed = Buffer.from(text, 'utf8').toString('utf8');
        const utf8 = Buffer.from(wellFormed, 'utf8');
        expect(JSON.parse(jsonString(utf8).toString('utf8'))).toBe(wellFormed);
      }),
    );
  });
});

describe('a request of OpenClaw', () => {
  it('may name an id twice and have fields of a later version', () => {
    const request = { protocolVersion: 1, provider: 'p', ids: ['b', 'a', 'b'], timeoutMs: 5 };
    expect(readIds(JSON.stringify(request))).toEqual(['b', 'a']);
  });
});
