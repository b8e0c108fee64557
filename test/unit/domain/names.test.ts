import { describe, expect, it } from 'vitest';
import { environmentNameProblem } from '../../../src-shared/domain/names.ts';

const TAKEN = ['dev', 'staging', 'prod'];

describe('the name of a new environment', () => {
  it.each(['qa', 'eu-prod', 'd', 'x2', 'a'.repeat(32)])('%s can be taken', (name) => {
    expect(environmentNameProblem(name, TAKEN)).toBeNull();
  });

  it.each(['', 'QA', '2nd', '-a', 'a_b', 'a b', 'a.b', 'ä', 'a'.repeat(33), 'qa\n', '__proto__'])(
    '%j is none',
    (name) => {
      expect(environmentNameProblem(name, TAKEN)).toBe('bad');
    },
  );

  it('is neither one that there is, nor another word for one of the first three', () => {
    expect(environmentNameProblem('staging', TAKEN)).toBe('taken');
    expect(environmentNameProblem('production', TAKEN)).toEqual({ otherWordFor: 'prod' });
    expect(environmentNameProblem('stage', [])).toEqual({ otherWordFor: 'staging' });
    // A name that every object has is a name like another.
    expect(environmentNameProblem('constructor', TAKEN)).toBeNull();
  });
});
