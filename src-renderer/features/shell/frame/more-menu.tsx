import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
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
import type { StatusView } from '../../../../src-shared/contract/views.ts';
import { openDialog } from '../../../state/view.ts';
import { setKeychain, setSandbox } from '../../settings/switches.ts';
import { checkPlatforms } from '../check-platforms.ts';
import { messages } from '../messages.ts';

const words = messages.menu;
const SCHEMES = ['auto', 'light', 'dark'] as const;
const SCHEME_ICONS = { auto: IconSunMoon, light: IconSun, dark: IconMoon };
const icon = { size: 18, stroke: 1.5, 'aria-hidden': true } as const;

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
            void checkPlatforms().finally(() => setSyncing(false));
          }}
        >
          {syncing ? words.syncing : words.sync}
        </Menu.Item>
        {status.sandbox === null ? (
          <Menu.Item leftSection={<IconFlask {...icon} />} onClick={() => void setSandbox(true)}>
            {words.sandboxStart}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconFlaskOff {...icon} />} onClick={() => void setSandbox(false)}>
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
