import { afterEach, beforeEach, expect } from 'vitest';
import { bytes, makeOpenCore, type TestCore } from '../../support/test-core.ts';

export const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCanary12';
export const LIVE_CANARY = 'mbd_live_CanaryCanaryCanaryCanaryCanary34';

/** Opens a core for each test of a file; its log never saw a value. */
export const coreOfEach = (use: (core: TestCore) => void): void => {
  let core: TestCore;
  beforeEach(async () => {
    core = await makeOpenCore();
    use(core);
  });
  afterEach(async () => {
    expect(JSON.stringify(core.logged)).not.toContain('Canary');
    await core.dispose();
  });
};

export const addTestKey = (core: TestCore, name = 'dev-local-key', value = CANARY) =>
  core.call('keys.add', { name, platform: 'den-hosting', value: bytes(value) });
