import {
  IconBan,
  IconCopy,
  IconPlayerPlay,
  IconPlugConnected,
  IconPlus,
  IconRotateClockwise,
  IconStethoscope,
  IconTrash,
} from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { examine } from '../../../state/core/doctor.ts';
import { refOf } from '../../../state/key-ref.ts';
import { openDialog, showScreen } from '../../../state/view.ts';
import { copyPublic, copyValueAndSay } from '../../keys/copy-value.ts';
import { isOver } from '../../keys/due.ts';
import { messages as keyMessages } from '../../keys/messages.ts';
import { messages } from '../messages.ts';
import type { PaletteAction } from './window-actions.ts';
import { hasAll, wordsOf } from './words-of.ts';

const words = messages.palette.verbs;
const facts = keyMessages.panel.facts;

export type KeyAction = PaletteAction & { readonly env: string };

interface Verb {
  readonly id: keyof typeof words;
  readonly icon: PaletteAction['icon'];
  readonly run: (key: KeyView) => void;
  /** Whether it can be done with that key; with any where nothing is said. */
  readonly fits?: (key: KeyView) => boolean;
}

const isUsable = (key: KeyView): boolean => !key.damaged && !isOver(key);

const test = async (key: KeyView): Promise<void> => {
  const outcome = await ask((core) => core.keys.test({ key: refOf(key) }));
  if (outcome.ok) notifications.show({ message: messages.palette.accepted(key.name) });
  else notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
};

const VERBS: readonly Verb[] = [
  { id: 'copy', icon: IconCopy, run: (key) => void copyValueAndSay(key), fits: (key) => !key.damaged },
  {
    id: 'rotate',
    icon: IconRotateClockwise,
    run: (key) => openDialog({ kind: 'rotate', keys: [refOf(key)] }),
    fits: isUsable,
  },
  { id: 'test', icon: IconPlugConnected, run: (key) => void test(key), fits: isUsable },
  {
    id: 'run',
    icon: IconPlayerPlay,
    run: (key) => openDialog({ kind: 'launch', key: refOf(key) }),
    fits: isUsable,
  },
  {
    id: 'diagnose',
    icon: IconStethoscope,
    run: (key) => {
      showScreen('doctor');
      void examine(refOf(key), null);
    },
  },
  { id: 'prefix', icon: IconCopy, run: (key) => copyPublic(facts.prefix, key.prefix) },
  { id: 'fingerprint', icon: IconCopy, run: (key) => copyPublic(facts.fingerprint, key.fingerprint) },
  {
    id: 'target',
    icon: IconPlus,
    run: (key) => openDialog({ kind: 'target', key: refOf(key) }),
    fits: isUsable,
  },
  {
    id: 'revoke',
    icon: IconBan,
    run: (key) => openDialog({ kind: 'revoke', key: refOf(key) }),
    fits: isUsable,
  },
  { id: 'forget', icon: IconTrash, run: (key) => openDialog({ kind: 'forget', key: refOf(key) }) },
];

/** Of each verb; more nobody reads. */
const MOST_OF_A_VERB = 5;

const actionOf = ({ id, icon, run }: Verb, key: KeyView): KeyAction => ({
  id: `${id}-${refOf(key)}`,
  label: words[id](key.name),
  icon,
  env: key.env,
  run: () => run(key),
});

/**
 * @param query empty: everything that can be done with the chosen key; “rotate bill”: rotating each key that has “bill” in it;
 *   “rotate”: rotating the chosen one
 */
export const keyActions = (
  query: string,
  keys: readonly KeyView[],
  chosen: KeyView | undefined,
): readonly KeyAction[] => {
  const typed = wordsOf(query);
  return VERBS.flatMap((verb) => {
    const { id, fits = () => true } = verb;
    const names = wordsOf(words[id](''));
    const ofVerb = typed.filter((word) => names.some((name) => name.startsWith(word)));
    const rest = typed.filter((word) => !ofVerb.includes(word));
    if (typed.length > 0 && ofVerb.length === 0) return [];
    if (rest.length === 0) return chosen !== undefined && fits(chosen) ? [actionOf(verb, chosen)] : [];
    const found: KeyAction[] = [];
    for (const key of keys) {
      const text = `${key.env}/${key.name} ${key.owner ?? ''} ${key.project ?? ''} ${key.prefix} ${key.fingerprint}`;
      if (!fits(key) || !hasAll(text.toLowerCase(), rest)) continue;
      found.push(actionOf(verb, key));
      if (found.length === MOST_OF_A_VERB) break;
    }
    return found;
  });
};
