import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../../src-shared/domain/json-fault.ts';

describe('where a text stops being JSON', () => {
  it.each([
    ['', 1, 1, 'is where it ends too early'],
    ['{\n  "a": 1,\n  "b" 2\n}', 3, 7, 'has no colon after a name'],
    ['{"a": 1\r\n "b": 2}', 2, 2, 'has no comma and no } where one belongs'],
    ['[1, 2,]', 1, 7, 'has no value where one belongs'],
    ["{'a': 1}", 1, 2, 'has no name in double quotes where one belongs'],
    ['{"a": "not closed\n}', 1, 7, 'begins a text that is not closed, or cannot be read'],
    ['{"a": [1, 2', 1, 12, 'is where it ends too early'],
    ['{} x', 1, 4, 'has something after the end'],
    ['\ufeff{}', 1, 1, 'has no value where one belongs'],
  ])('%j', (text, line, column, what) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(findJsonFault(text)).toEqual({ line, column, what });
  });

  it('agrees with the engine, whatever was left out, put in or turned around', () => {
    const mark = fc.constantFrom(...Array.from('{}[],:"\\ \n0-1e.tnu\u0000\u00e9'));
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.nat(3), mark, (text, where, cut, put) => {
        const at = where % (text.length + 1);
        for (const one of [text, text.slice(0, at) + put + text.slice(at + cut)]) {
          let isJson = true;
          try {
            JSON.parse(one);
          } catch {
            isJson = false;
          }
          expect(findJsonFault(one) === undefined).toBe(isJson);
        }
      }),
    );
  });

  it('says nothing of a text, and comes to an end with one that is nested without end', () => {
    expect(findJsonFault('['.repeat(60_000))?.what).toBe('is nested too deep');
    expect(JSON.stringify(findJsonFault('MOLTBOTDEN_API_KEY=mbd_live_canary'))).not.toContain('canary');
  });
});
