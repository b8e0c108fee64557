import { ask } from '../bridge.ts';
import { useFirstRun } from './first-run.ts';

/**
 * The recovery code is the one secret that is ever on screen. The core has its window kept out of screenshots before
 * it hands the code out; here it is told when the code is gone. Once, when the page loads.
 */
export const followScreenProtection = (): void => {
  useFirstRun.subscribe(({ step }, before) => {
    const isShown = step.at === 'recovery';
    if (isShown !== (before.step.at === 'recovery'))
      void ask((core) => core.desktop.protectScreen({ on: isShown }));
  });
};
