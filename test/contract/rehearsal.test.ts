import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeOpenCore, type TestCore } from '../support/test-core.ts';

const window = { face: 'window' } as const;

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', {}, window);
});
afterAll(() => core.dispose());

it('the rehearsal of the window: a key is made, rotated, revoked and forgotten, each proved by the platform', async () => {
  const metadata = { purpose: 'Rehearsal on the sandbox' };
  const ref = { key: 'dev/rehearsal-key' };
  await core.call(
    'keys.create',
    { name: 'rehearsal-key', env: 'dev', platform: 'sandbox-hosting', metadata },
    window,
  );
  const { key: tested } = await core.call('keys.test', ref, window);
  expect(tested).toMatchObject({ ...metadata, last_check: { outcome: 'ok' } });
  const { rotation } = await core.call('rotations.start', { ...ref, no_deploy_check: true }, window);
  expect(rotation.state).toBe('done');
  expect(rotation.steps.find(({ name }) => name === 'confirm')).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('401') as string,
  });
  const { key: revoked } = await core.call('keys.revoke', { ...ref, confirm: 'rehearsal-key' }, window);
  expect(revoked.status).toBe('revoked');
  const { events, is_whole: isWhole } = await core.call('keys.timeline', ref, window);
  expect(isWhole).toBe(true);
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['revoked', 'rotated', 'created']));
  expect(events.find(({ kind }) => kind === 'revoked')?.detail).toContain('refused when asked again');
  await core.call('keys.forget', { ...ref, confirm: 'rehearsal-key' }, window);
  expect((await core.call('keys.list', {})).keys).toEqual([]);
});
