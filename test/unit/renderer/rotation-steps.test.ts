import { describe, expect, it } from 'vitest';
import { stepsOf } from '../../../src-renderer/features/rotation/steps.ts';

const at = '2026-03-12T09:23:00Z';
const done = (...names: ('create' | 'prove' | 'store' | 'put_back')[]) =>
  names.map((name) => ({ name, status: 'ok', at, detail: '' }) as const);
const cause = { code: 'READ_ONLY', message: 'A target could not be written.', hint: 'Mend it.' } as const;
const rotation = {
  steps: done('create', 'prove', 'store'),
  strategy: 'overlap',
  direction: 'forward',
  cause: null,
} as const;
const told = (...args: Parameters<typeof stepsOf>): string[] =>
  stepsOf(...args).map(({ name, standing }) => `${name} ${standing}`);

describe('the way of a rotation', () => {
  it('goes on to its end, and says where it is', () => {
    expect(told(rotation, true)).toEqual([
      'create ok',
      'prove ok',
      'store ok',
      'deploy current',
      'verify pending',
      'revoke pending',
      'confirm pending',
    ]);
  });
  it('is held up where there is a cause', () => {
    expect(told({ ...rotation, cause }, true)).toContain('deploy held');
  });
  it('marks no other step where one has failed', () => {
    const steps = [...rotation.steps, { name: 'deploy', status: 'failed', at, detail: '' } as const];
    expect(told({ ...rotation, steps, cause }, true).slice(3, 5)).toEqual([
      'deploy failed',
      'verify pending',
    ]);
  });
  it('has no revocation where the platform replaces a key at once', () => {
    expect(told({ ...rotation, strategy: 'cutover' }, true)).not.toContain('revoke pending');
  });
  it('ends with the new key where it goes back', () => {
    const steps = [...rotation.steps, ...done('put_back')];
    expect(told({ ...rotation, steps, direction: 'back' }, true).slice(3)).toEqual([
      'put_back ok',
      'revoke_new current',
    ]);
  });
  it('has nothing to come once it is over, and no time of what was not done', () => {
    const steps = [...rotation.steps, { name: 'deploy', status: 'skipped', at, detail: '' } as const];
    expect(stepsOf({ ...rotation, steps }, false).map((step) => step.at)).toEqual([at, at, at, null]);
  });
});
