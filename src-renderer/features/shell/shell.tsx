import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/inventory.ts';
import { chooseEnvironment, openDialog, useView } from '../../state/view.ts';
import { Mark } from '../../ui/mark.tsx';
import { Dialogs } from '../dialogs/dialogs.tsx';
import { EnvironmentFilter } from '../keys/environment-filter.tsx';
import { KeysScreen } from '../keys/keys-screen.tsx';
import { SearchField } from '../keys/search-field.tsx';
import { RunDock } from '../launch/run-dock.tsx';
import { Footer } from './footer.tsx';
import { LockButton } from './lock-button.tsx';
import { messages } from './messages.ts';
import { MoreMenu } from './more-menu.tsx';
import { Notices } from './notices.tsx';
import classes from './shell.module.css';
import { usePresence, useShortcuts } from './shortcuts.ts';

/** The window of an open vault. */
export function Shell({ status }: { readonly status: StatusView }) {
  const grid = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const environments = useInventory((state) => state.environments);
  const env = useView((state) => state.env);
  useShortcuts(searchField);
  usePresence();

  return (
    <div className={classes['shell']}>
      <header className={classes['toolbar']}>
        <span className={classes['brand']}>
          <Mark size={26} title={messages.app} />
        </span>
        <EnvironmentFilter environments={environments} chosen={env} onChoose={chooseEnvironment} />
        <div className={classes['search']}>
          <SearchField fieldRef={searchField} onLeave={() => grid.current?.focus()} />
        </div>
        <span className={classes['spring']} />
        <AddMenu />
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={18} stroke={1.5} aria-hidden />}
          px="sm"
          onClick={() => openDialog({ kind: 'launch', key: null })}
        >
          {messages.toolbar.run}
        </Button>
        <MoreMenu status={status} />
        <LockButton locksAt={status.locks_at} />
      </header>
      <Notices status={status} />
      <main className={classes['main']}>
        <h1 className="visually-hidden">{messages.heading}</h1>
        <KeysScreen gridRef={grid} />
        <RunDock />
      </main>
      <Footer status={status} />
      <Dialogs />
    </div>
  );
}

function AddMenu() {
  return (
    <Menu position="bottom-end" width={230} withinPortal={false}>
      <Menu.Target>
        <Button
          px="sm"
          leftSection={<IconPlus size={18} stroke={1.5} aria-hidden />}
          rightSection={<IconChevronDown size={16} stroke={1.5} aria-hidden />}
        >
          {messages.toolbar.add}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => openDialog({ kind: 'add' })}>{messages.toolbar.addMenu.add}</Menu.Item>
        <Menu.Item onClick={() => openDialog({ kind: 'create' })}>
          {messages.toolbar.addMenu.create}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
