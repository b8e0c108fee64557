import { createFakeBridge, type Scenario } from './fake-bridge.ts';

const given = globalThis as unknown as { readonly fakeScenario?: Scenario };
Object.defineProperty(globalThis, 'keymolt', {
  value: createFakeBridge(given.fakeScenario ?? {}),
  configurable: true,
});
