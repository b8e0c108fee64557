import { memo } from 'react';
import { Button, Checkbox, Menu, Popover } from '@mantine/core';
import { IconChevronDown, IconClipboardCheck, IconColumns3, IconFileImport } from '@tabler/icons-react';
import { KEY_COLUMNS, KEY_GROUPS, type KeyColumn } from '../../../../src-shared/domain/keys/key-table.ts';
import { useClipboard } from '../../../state/clipboard.ts';
import { changeKeyTable, resetKeyTable, usePreferences } from '../../../state/preferences.ts';
import { openDialog, useView } from '../../../state/view.ts';
import { remaining } from '../../../ui/text/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import classes from './list-bar.module.css';
import { messages } from '../messages.ts';

const words = messages.bar;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

interface ListBarProps {
  readonly shown: number;
  readonly all: number;
}

/** What the list shows and how; and what lies on the clipboard. */
export const ListBar = memo(function ListBar({ shown, all }: ListBarProps) {
  return (
    <div className={classes['bar']} role="group" aria-label={words.label}>
      <span className={classes['count']}>{messages.results(shown, all)}</span>
      <OnClipboard />
      <span className={classes['spring']} />
      <GroupMenu />
      <ColumnsMenu />
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconFileImport {...icon} />}
        aria-label={words.import}
        title={words.import}
        onClick={() => openDialog({ kind: 'import' })}
      >
        <span className={classes['word']}>{words.import}</span>
      </Button>
    </div>
  );
});

/** Whose value lies on the clipboard and for how long; in one place: where its details are open, they say it. */
function OnClipboard() {
  const holds = useClipboard((state) => state.holds);
  const isInPanel = useView((state) => state.panelOpen && state.selected === holds?.key);
  const now = useNow(holds === null || isInPanel ? null : 1000);
  if (holds === null || isInPanel) return null;
  const left = holds.clearsAt - Math.max(now, holds.clearsAt - holds.forMs);
  const text = words.onClipboard(holds.key, remaining(left));
  const long = words.onClipboardLong(holds.key, remaining(left));
  return (
    <span className={classes['clipboard']} title={long}>
      <IconClipboardCheck {...icon} />
      <span className={classes['clipboardText']}>{text}</span>
    </span>
  );
}

const GroupMenu = memo(function GroupMenu() {
  const group = usePreferences((state) => state.keyTable.group);
  return (
    <Menu position="bottom-end" width={180} withinPortal={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<IconChevronDown {...icon} />}>
          {words.groupedBy(words.groups[group])}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.group}</Menu.Label>
        {KEY_GROUPS.map((id) => (
          <Menu.Item
            key={id}
            aria-current={id === group}
            {...(id === group ? { fw: 600 } : {})}
            onClick={() => changeKeyTable({ group: id })}
          >
            {words.groups[id]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
});

const ColumnsMenu = memo(function ColumnsMenu() {
  const columns = usePreferences((state) => state.keyTable.columns);
  const toggle = (column: KeyColumn, isShown: boolean) =>
    changeKeyTable({
      columns: isShown ? [...columns, column] : columns.filter((other) => other !== column),
    });
  return (
    <Popover position="bottom-end" width={280} trapFocus withinPortal={false} shadow="md">
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconColumns3 {...icon} />}
          aria-label={words.columns}
          title={words.columns}
        >
          <span className={classes['word']}>{words.columns}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.columns}>
        <div className={classes['columns']}>
          {KEY_COLUMNS.map((column) => (
            <Checkbox
              key={column}
              size="xs"
              label={messages.columns[column]}
              checked={column === 'name' || columns.includes(column)}
              disabled={column === 'name'}
              onChange={(event) => toggle(column, event.currentTarget.checked)}
            />
          ))}
        </div>
        <p className={classes['columnsNote']}>{words.columnsNote}</p>
        <Button size="xs" variant="default" fullWidth onClick={resetKeyTable}>
          {words.reset}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
});
