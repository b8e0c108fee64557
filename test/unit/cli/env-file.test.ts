import { describe, expect, it } from 'vitest';
import { repeatedVariables } from '../../../src-main/cli/run/sources.ts';

describe('variables that a .env file sets more than once', () => {
  it.each([
    ['A=1\nB=2\n', []],
    ['A=1\nexport A = 2\nB=1\nB=2\nB=3', ['A', 'B']],
    ['A="\nA=2\n"\nB=1', []],
    ["A='x\nB=1'\nB=2\r\n  A=3", ['A']],
    ['# A=1\nA=2', []],
    ['', []],
  ])('in %j', (text, names) => {
    expect(repeatedVariables(text)).toEqual(names);
  });
});
