import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconChevronDown, IconCommand, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import type { StatusView } from '../../../../src-shared/contract/views.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { chooseEnvironment, openDialog, useView } from '../../../state/view.ts';
import { Dialogs } from '../../dialogs/dialogs.tsx';
import { EnvironmentFilter } from '../../keys/bar/environment-filter.tsx';
import { SearchField } from '../../keys/bar/search-field.tsx';
import { RunDock } from '../../launch/run-dock.tsx';
import { Footer } from './footer.tsx';
import { LockButton } from './lock-button.tsx';
import { shortcut } from '../../../ui/text/shortcut.ts';
import { messages } from '../messages.ts';
import { MoreMenu } from './more-menu.tsx';
import { Notices } from './notices.tsx';
import { openPalette, Palette } from '../palette/palette.tsx';
import { Screens } from '../screens.tsx';
import classes from './shell.module.css';
import { SideBar } from './side-bar.tsx';
import { useMissingKey } from '../use-missing-key.ts';
import { usePresence, useShortcuts } from '../shortcuts.ts';

/** The window of an open vault. */
export function Shell({ status }: { readonly status: StatusView }) {
  const grid = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const environments = useInventory((state) => state.environments);
  const loading = useInventory((state) => state.loading);
  const env = useView((state) => state.env);
  const screen = useView((state) => state.screen);
  useShortcuts(searchField);
  useMissingKey();
  usePresence();

  const live = environments.find((environment) => environment.name === env)?.kind === 'live';

  return (
    <div className={classes['window']}>
      <SideBar />
      <div className={classes['shell']}>
        <header className={classes['toolbar']}>
          <EnvironmentFilter environments={environments} chosen={env} onChoose={chooseEnvironment} />
          <div className={classes['search']}>
            <SearchField fieldRef={searchField} onLeave={() => grid.current?.focus()} />
          </div>
          <ActionIcon
            size={36}
            variant="default"
            className={classes['palette']}
            aria-label={messages.palette.open}
            title={messages.palette.hint(shortcut('Ctrl K'))}
            onClick={openPalette}
          >
            <IconCommand size={18} stroke={1.5} aria-hidden />
          </ActionIcon>
          <AddMenu />
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={18} stroke={1.5} aria-hidden />}
            px="sm"
            aria-label={messages.toolbar.run}
            title={messages.toolbar.run}
            classNames={{ root: classes['tight'] ?? '', section: classes['alone'] ?? '' }}
            onClick={() => openDialog({ kind: 'launch', key: null })}
          >
            <span className={classes['wide']}>{messages.toolbar.run}</span>
          </Button>
          <MoreMenu status={status} />
          <LockButton locksAt={status.locks_at} />
        </header>
        <Notices status={status} />
        <main
          className={classes['main']}
          data-live={live ? '' : undefined}
          data-loaded={loading === 'done' ? '' : undefined}
        >
          {live && env !== null && <div className={classes['liveWord']}>{messages.liveFrame(env)}</div>}
          <h1 className="visually-hidden">{messages.screens[screen]}</h1>
          <Screens status={status} gridRef={grid} />
          <RunDock />
        </main>
        <Footer status={status} />
      </div>
      <Dialogs />
      <Palette />
    </div>
  );
}

function AddMenu() {
  return (
    <Menu position="bottom-end" width={230} withinPortal={false}>
      <Menu.Target>
        <Button
          variant="default"
          px="sm"
          leftSection={<IconPlus size={18} stroke={1.5} aria-hidden />}
          rightSection={<IconChevronDown size={16} stroke={1.5} aria-hidden />}
          aria-label={messages.toolbar.add}
          classNames={{ root: classes['tight'] ?? '' }}
        >
          <span className={classes['wide']}>{messages.toolbar.add}</span>
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
