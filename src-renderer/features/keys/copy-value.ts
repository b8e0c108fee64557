import { notifications } from '@mantine/notifications';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { clipboardHolds } from '../../state/clipboard.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { copyText } from '../../ui/text/copy-text.ts';
import { messages } from './messages.ts';

type Copied =
  | { readonly ok: true; readonly keptOutOfHistory: boolean }
  | { readonly ok: false; readonly error: ErrorView };

/** Asks the core to put a key's value on the clipboard. The page never sees it. */
export const copyValue = async (ref: KeyRef): Promise<Copied> => {
  const outcome = await ask((core) => core.keys.copy({ key: ref }));
  if (!outcome.ok) return { ok: false, error: outcome.error };
  clipboardHolds(ref, outcome.result.clears_in_ms);
  return { ok: true, keptOutOfHistory: outcome.result.kept_out_of_history };
};

/** The same from where no button says what came of it. */
export const copyValueAndSay = async (key: KeyView): Promise<void> => {
  const copied = await copyValue(refOf(key));
  if (copied.ok)
    notifications.show({ message: messages.panel.copiedNotice(key.name, copied.keptOutOfHistory) });
  else notifications.show({ color: 'red', title: copied.error.message, message: copied.error.hint });
};

/** @param what the name of a public fact */
export const copyPublic = (what: string, text: string): void => {
  if (copyText(text)) notifications.show({ message: messages.panel.copiedText(what) });
};
