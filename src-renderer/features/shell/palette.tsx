import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconArrowRight,
  IconFileImport,
  IconFlask,
  IconKey,
  IconLock,
  IconPlayerPlay,
  IconPlus,
  IconRefresh,
  IconReportAnalytics,
  IconSearch,
} from '@tabler/icons-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useInventory } from '../../state/core/inventory.ts';
import { refOf } from '../../state/key-ref.ts';
import { lockVault } from '../../state/core/status.ts';
import { openDialog, SCREENS, showKey, showScreen } from '../../state/view.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { checkPlatforms } from './check-platforms.ts';
import { messages } from './messages.ts';

const words = messages.palette;
const icon = { size: 18, stroke: 1.5, 'aria-hidden': true } as const;
/** More than a person reads; ten thousand would make every keystroke wait. */
const MOST_KEYS = 12;

const [store, spotlight] = createSpotlight();

export const openPalette = (): void => spotlight.open();

/** Every place, every action, every key, found by a few letters. */
export function Palette() {
  const [query, setQuery] = useState('');
  const keys = useKeyActions(useDeferredValue(query));
  const groups = useMemo((): SpotlightActionGroupData[] => {
    const wanted = query.trim().toLowerCase();
    const matches = ({ label }: { readonly label: string }) => label.toLowerCase().includes(wanted);
    return [
      { group: words.actions, actions: ACTIONS.filter(matches) },
      { group: words.places, actions: PLACES.filter(matches) },
      { group: words.keys, actions: keys },
    ].filter(({ actions }) => actions.length > 0);
  }, [query, keys]);
  useFirstSelected(groups);
  return (
    <Spotlight
      store={store}
      query={query}
      onQueryChange={setQuery}
      actions={groups}
      filter={(_, actions) => actions}
      shortcut={null}
      nothingFound={words.nothing}
      limit={60}
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

const ACTIONS = [
  { id: 'add', label: words.add, icon: IconPlus, onClick: () => openDialog({ kind: 'add' }) },
  { id: 'create', label: words.create, icon: IconPlus, onClick: () => openDialog({ kind: 'create' }) },
  {
    id: 'run',
    label: words.run,
    icon: IconPlayerPlay,
    onClick: () => openDialog({ kind: 'launch', key: null }),
  },
  { id: 'import', label: words.import, icon: IconFileImport, onClick: () => openDialog({ kind: 'import' }) },
  {
    id: 'report',
    label: words.report,
    icon: IconReportAnalytics,
    onClick: () => openDialog({ kind: 'report' }),
  },
  { id: 'tour', label: words.tour, icon: IconFlask, onClick: () => openDialog({ kind: 'tour' }) },
  { id: 'sync', label: words.sync, icon: IconRefresh, onClick: () => void checkPlatforms() },
  { id: 'lock', label: words.lock, icon: IconLock, onClick: () => void lockVault() },
].map(({ icon: Icon, ...action }) => ({ ...action, leftSection: <Icon {...icon} /> }));

function useKeyActions(query: string) {
  const keys = useInventory((state) => state.keys);
  const environments = useInventory((state) => state.environments);
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
        rightSection: (
          <EnvTag name={key.env} kind={environments.find(({ name }) => name === key.env)?.kind ?? 'test'} />
        ),
        onClick: () => showKey(refOf(key)),
      });
      if (found.length === MOST_KEYS) break;
    }
    return found;
  }, [keys, environments, query]);
}
