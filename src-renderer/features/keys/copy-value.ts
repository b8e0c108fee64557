import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { clipboardHolds } from '../../state/clipboard.ts';
import type { KeyRef } from '../../state/key-ref.ts';

export type Copied =
  | { readonly ok: true; readonly keptOutOfHistory: boolean }
  | { readonly ok: false; readonly error: ErrorView };

/** Asks the core to put a key's value on the clipboard. The page never sees it. */
export const copyValue = async (ref: KeyRef): Promise<Copied> => {
  const outcome = await ask((core) => core.keys.copy({ key: ref }));
  if (!outcome.ok) return { ok: false, error: outcome.error };
  clipboardHolds(ref, outcome.result.clears_in_ms);
  return { ok: true, keptOutOfHistory: outcome.result.kept_out_of_history };
};
