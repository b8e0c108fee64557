import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconDots,
  IconFingerprint,
  IconFlask,
  IconFlaskOff,
  IconKeyboard,
  IconMoon,
  IconRefresh,
  IconSun,
  IconSunMoon,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import { ask } from '../../bridge.ts';
import { loadInventory } from '../../state/inventory.ts';
import { refreshStatus } from '../../state/status.ts';
import { openDialog } from '../../state/view.ts';
import { messages } from './messages.ts';

const words = messages.menu;
const SCHEMES = ['auto', 'light', 'dark'] as const;
const SCHEME_ICONS = { auto: IconSunMoon, light: IconSun, dark: IconMoon };
const icon = { size: 18, stroke: 1.5, 'aria-hidden': true } as const;

const showFailure = (outcome: Outcome<unknown>): boolean => {
  if (!outcome.ok)
    notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
  return !outcome.ok;
};

export function MoreMenu({ status }: { readonly status: StatusView }) {
  const [syncing, setSyncing] = useState(false);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const SchemeIcon = SCHEME_ICONS[colorScheme];
  const keychainOn = status.keychain === 'available';

  return (
    <Menu position="bottom-end" width={290} withinPortal={false}>
      <Menu.Target>
        <ActionIcon
          size={36}
          variant="default"
          aria-label={messages.toolbar.more}
          title={messages.toolbar.more}
        >
          <IconDots {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconRefresh {...icon} />}
          disabled={syncing}
          onClick={() => {
            setSyncing(true);
            void sync().finally(() => setSyncing(false));
          }}
        >
          {syncing ? words.syncing : words.sync}
        </Menu.Item>
        {status.sandbox === null ? (
          <Menu.Item leftSection={<IconFlask {...icon} />} onClick={() => void startSandbox()}>
            {words.sandboxStart}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconFlaskOff {...icon} />} onClick={() => void stopSandbox()}>
            {words.sandboxStop}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconFingerprint {...icon} />}
          disabled={status.keychain === 'unavailable'}
          onClick={() => void setKeychain(!keychainOn, status.keychain_detail)}
        >
          {status.keychain === 'unavailable'
            ? words.keychainMissing
            : keychainOn
              ? words.keychainOff
              : words.keychainOn}
        </Menu.Item>
        <Menu.Item
          leftSection={<SchemeIcon {...icon} />}
          closeMenuOnClick={false}
          onClick={() =>
            setColorScheme(SCHEMES[(SCHEMES.indexOf(colorScheme) + 1) % SCHEMES.length] ?? 'auto')
          }
        >
          {words.theme[colorScheme]}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard {...icon} />} onClick={() => openDialog({ kind: 'shortcuts' })}>
          {words.shortcuts}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const sync = async () => {
  const outcome = await ask((core) => core.sync.run({}));
  if (!outcome.ok) {
    showFailure(outcome);
    return;
  }
  const { platforms } = outcome.result;
  const total = (count: (platform: (typeof platforms)[number]) => number) =>
    platforms.reduce((sum, platform) => sum + count(platform), 0);
  for (const platform of platforms) {
    if (platform.error === null) continue;
    notifications.show({
      color: 'red',
      title: messages.syncFailed(platform.platform),
      message: `${platform.error.message} ${platform.error.hint}`,
    });
  }
  if (platforms.every((platform) => platform.error === null)) {
    notifications.show({
      title: messages.syncedTitle,
      message: messages.synced(
        total((platform) => platform.updated.length),
        total((platform) => platform.unknown.length),
        total((platform) => platform.revoked_elsewhere.length),
      ),
    });
  }
  await loadInventory();
};

const startSandbox = async () => {
  showFailure(await ask((core) => core.sandbox.start({})));
  await refreshStatus();
};

const stopSandbox = async () => {
  showFailure(await ask((core) => core.sandbox.stop({})));
  await refreshStatus();
};

const setKeychain = async (enabled: boolean, detail: string) => {
  const failed = showFailure(await ask((core) => core.vault.setKeychain({ enabled })));
  await refreshStatus();
  if (!failed)
    notifications.show({ message: enabled ? messages.keychainIsOn(detail) : messages.keychainIsOff });
};
