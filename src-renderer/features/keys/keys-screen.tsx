import { type KeyboardEvent, type RefObject, useCallback, useDeferredValue, useMemo } from 'react';
import { useInventory } from '../../state/core/inventory.ts';
import { overviewOf, useOverviews } from '../../state/core/overviews.ts';
import { closePanel, openDialog, openPanel, select, useView } from '../../state/view.ts';
import { copyPublic, copyValueAndSay } from './copy-value.ts';
import { DetailPanel } from './panel/detail-panel.tsx';
import { KeyTable } from './table/key-table.tsx';
import { KeyTableSkeleton } from './table/key-table-skeleton.tsx';
import classes from './keys-screen.module.css';
import { ListBar } from './bar/list-bar.tsx';
import { KeysNotLoaded, NoKeys, NoMatch } from './keys-states.tsx';
import { messages } from './messages.ts';
import { type KeyRow, matcher, toRows } from './table/rows.ts';

/** The list of keys with the details of one beside it. */
export function KeysScreen({ gridRef }: { readonly gridRef: RefObject<HTMLDivElement | null> }) {
  const { keys: all, firstKeys, environments, limits, loading, error } = useInventory();
  const isPart = all.length === 0 && firstKeys.length > 0;
  const keys = isPart ? firstKeys : all;
  const { env, query, selected, panelOpen } = useView();
  // Typing stays immediate: the list follows when there is time.
  const deferredQuery = useDeferredValue(query);
  const rows = useMemo(() => toRows(keys, environments, limits), [keys, environments, limits]);
  const matching = useMemo(
    () => new Set(rows.filter(matcher(env, deferredQuery))),
    [rows, env, deferredQuery],
  );
  const anyMatch = matching.size > 0;
  // Of a part only the core knows how many there are.
  const counted = useOverviews((state) => (isPart ? state : null));
  const counts =
    counted?.isLoaded === true
      ? { here: overviewOf(counted, env)?.keys ?? 0, all: overviewOf(counted, null)?.keys ?? 0 }
      : null;
  const row = useMemo(() => rows.find((candidate) => candidate.ref === selected), [rows, selected]);

  const close = useCallback(() => {
    closePanel();
    gridRef.current?.focus();
  }, [gridRef]);

  let list;
  if (loading !== 'done' && (keys.length === 0 || (isPart && (query.trim() !== '' || !anyMatch))))
    list = <KeyTableSkeleton />;
  else if (keys.length === 0 && error !== null) list = <KeysNotLoaded error={error} />;
  else if (keys.length === 0) list = <NoKeys env={null} />;
  else if (!anyMatch && query.trim() === '') list = <NoKeys env={env} />;
  else if (!anyMatch) list = <NoMatch query={query} env={env} />;
  else {
    list = (
      <KeyTable
        rows={rows}
        matching={matching}
        narrowedBy={`${env ?? ''} ${deferredQuery}`}
        selected={selected}
        gridRef={gridRef}
        onSelect={select}
        onOpen={openPanel}
        onKey={onRowKey}
      />
    );
  }

  return (
    <div className={classes['screen']}>
      <div className={classes['list']}>
        {keys.length > 0 && (!isPart || counts !== null) ? (
          <ListBar shown={counts?.here ?? matching.size} all={counts?.all ?? keys.length} />
        ) : (
          loading !== 'done' && <div className={classes['barToCome']} />
        )}
        {list}
      </div>
      {panelOpen && row !== undefined && <DetailPanel row={row} onClose={close} />}
    </div>
  );
}

/** What a key pressed in the list does to the row it stands on. */
const onRowKey = (event: KeyboardEvent, row: KeyRow): void => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // One that has come back after a lock may not have the focus yet.
  if (useView.getState().dialog !== null) return;
  const actions: Record<string, () => void> = {
    Enter: () => openPanel(row.ref),
    Escape: closePanel,
    c: () => void copyValueAndSay(row.key),
    f: () => copyPublic(messages.panel.facts.fingerprint, row.key.fingerprint),
    p: () => copyPublic(messages.panel.facts.prefix, row.key.prefix),
    r: () => openDialog({ kind: 'launch', key: row.ref }),
  };
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
};
