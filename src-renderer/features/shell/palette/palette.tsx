import { useMantineColorScheme } from '@mantine/core';
import { createSpotlight, Spotlight, type SpotlightActionGroupData, useSpotlight } from '@mantine/spotlight';
import { IconArrowRight, IconKey, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useApprovals } from '../../../state/core/approvals.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { refOf } from '../../../state/key-ref.ts';
import { SCREENS, showKey, showScreen, useView } from '../../../state/view.ts';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { messages } from '../messages.ts';
import { keyActions } from './key-actions.ts';
import { type PaletteAction, windowActions } from './window-actions.ts';
import { hasAll, wordsOf } from './words-of.ts';

const words = messages.palette;
const icon = { size: 18, stroke: 1.5, 'aria-hidden': true } as const;
/** More than a person reads; ten thousand would make every keystroke wait. */
const MOST_KEYS = 12;
const MOST_LINES = 120;

const [store, spotlight] = createSpotlight();

export const openPalette = (): void => spotlight.open();

/** Every place, every action, every key, found by a few letters. */
export function Palette() {
  const [query, setQuery] = useState('');
  const { opened } = useSpotlight(store);
  const { setColorScheme } = useMantineColorScheme();
  const deferredQuery = useDeferredValue(query);
  const isAsked = useApprovals((state) => state.approvals.length > 0);
  const keys = useKeys(deferredQuery);
  const ofKeys = useOfKeys(deferredQuery, opened);
  // As things are when it opens: what is running, what is on, what can be chosen.
  const actions = useMemo(
    () => (opened ? windowActions(setColorScheme).map(toLine) : []),
    [opened, setColorScheme],
  );
  const groups = useMemo((): SpotlightActionGroupData[] => {
    const wanted = wordsOf(query);
    const matches = ({ label }: { readonly label: string }) => hasAll(label.toLowerCase(), wanted);
    const lines = { group: words.actions, actions: actions.filter(matches) };
    const places = { group: words.places, actions: PLACES.filter(matches) };
    const chosen = { group: words.ofKeys, actions: ofKeys };
    const found = { group: words.keys, actions: keys };
    // What is rare comes last as long as nothing was typed.
    return (wanted.length === 0 ? [chosen, places, lines, found] : [lines, places, found, chosen]).filter(
      (group) => group.actions.length > 0,
    );
  }, [query, actions, keys, ofKeys]);
  useFirstSelected(groups);
  // SECURITY: a question of a program is not covered, and takes the focus (test/e2e/page/page-approvals.spec.ts).
  useEffect(() => {
    if (isAsked) spotlight.close();
  }, [isAsked]);
  return (
    <Spotlight
      store={store}
      query={query}
      onQueryChange={setQuery}
      actions={groups}
      filter={(_, actions) => actions}
      shortcut={null}
      nothingFound={words.nothing}
      limit={MOST_LINES}
      scrollable
      maxHeight={420}
      highlightQuery
      searchProps={{
        leftSection: <IconSearch {...icon} />,
        placeholder: words.placeholder,
        'aria-label': words.placeholder,
      }}
      attributes={{ content: { 'aria-label': messages.palette.open } }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      transitionProps={{ duration: 120, transition: 'fade' }}
    />
  );
}

/** Mantine selects the first line when the query changes; the keys come a moment later, and Enter means the first of them. */
function useFirstSelected(groups: readonly SpotlightActionGroupData[]): void {
  useEffect(() => {
    const { listId, opened } = store.getState();
    const list = opened ? document.getElementById(listId) : null;
    if (list?.querySelector('[data-selected]') !== null) return;
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [groups]);
}

const PLACES = SCREENS.map((screen) => ({
  id: `go-${screen}`,
  label: messages.screens[screen],
  leftSection: <IconArrowRight {...icon} />,
  onClick: () => showScreen(screen),
}));

const toLine = ({ id, label, icon: Icon, run }: PaletteAction) => ({
  id,
  label,
  leftSection: <Icon {...icon} />,
  onClick: run,
});

/** What can be done with a key: with the one that is chosen, or, once a verb and a key are typed, with that one. */
function useOfKeys(query: string, isOpened: boolean) {
  const keys = useInventory((state) => state.keys);
  const selected = useView((state) => state.selected);
  return useMemo(
    () =>
      isOpened
        ? keyActions(
            query,
            keys,
            keys.find((key) => refOf(key) === selected),
          ).map((action) => ({ ...toLine(action), rightSection: <Environment name={action.env} /> }))
        : [],
    [query, keys, selected, isOpened],
  );
}

function Environment({ name }: { readonly name: string }) {
  const environments = useInventory((state) => state.environments);
  return <EnvTag name={name} kind={environments.find((one) => one.name === name)?.kind ?? 'test'} />;
}

function useKeys(query: string) {
  const keys = useInventory((state) => state.keys);
  return useMemo(() => {
    const wanted = query.trim().toLowerCase();
    if (wanted === '') return [];
    const found = [];
    for (const key of keys) {
      const text = `${key.env}/${key.name} ${key.owner ?? ''} ${key.project ?? ''} ${key.prefix} ${key.fingerprint}`;
      if (!text.toLowerCase().includes(wanted)) continue;
      found.push({
        id: `key-${refOf(key)}`,
        label: key.name,
        description: [key.owner, key.project].filter((part) => part !== null).join(' · '),
        leftSection: <IconKey {...icon} />,
        rightSection: <Environment name={key.env} />,
        onClick: () => showKey(refOf(key)),
      });
      if (found.length === MOST_KEYS) break;
    }
    return found;
  }, [keys, query]);
}
