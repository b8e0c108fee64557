import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { clipboardHolds } from '../../state/clipboard.ts';
import type { KeyRef } from '../../state/key-ref.ts';

/** Asks the core to put a key's value on the clipboard. The page never sees it. @returns what went wrong, if anything */
export const copyValue = async (ref: KeyRef): Promise<ErrorView | null> => {
  const outcome = await ask((core) => core.keys.copy({ key: ref }));
  if (!outcome.ok) return outcome.error;
  clipboardHolds(ref, outcome.result.clears_in_ms);
  return null;
};
