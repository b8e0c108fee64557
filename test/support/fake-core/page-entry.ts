import { galleryStates } from '../../gallery/states.ts';
import { reach } from '../../gallery/reach.ts';
import { createFakeBridge } from './bridge.ts';
import type { Scenario } from './scenario.ts';

// Put into the page before its own script. `?scenario=` is a scenario as JSON; `?state=` the name of a gallery state,
// which is gone to as well; `?theme=` and `?dir=` choose how it is shown.
const asked = new URLSearchParams(location.search);
const state = galleryStates[asked.get('state') ?? ''];
const scenario = state?.scenario ?? (JSON.parse(asked.get('scenario') ?? '{}') as Scenario);

/** The clock stands still, so that a picture is the same each day; timers go on. */
const stopClock = (at: number): void => {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(at);
      else super(...(given as [number]));
    }
    static override now(): number {
      return at;
    }
  } as DateConstructor;
};

localStorage.clear();
sessionStorage.clear();
const theme = asked.get('theme');
if (theme !== null) localStorage.setItem('mantine-color-scheme-value', theme);
document.documentElement.dir = asked.get('dir') ?? state?.dir ?? 'ltr';
const now = scenario.now ?? (state === undefined ? undefined : '2026-03-12T09:30:00Z');
if (now !== undefined) stopClock(Date.parse(now));

Object.defineProperty(globalThis, 'keymolt', { value: createFakeBridge(scenario), configurable: true });
if (state !== undefined) void reach(state);
