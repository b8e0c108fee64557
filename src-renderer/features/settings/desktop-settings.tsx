import { Switch } from '@mantine/core';
import { setDesktop, useDesktop } from '../../state/core/desktop.ts';
import { messages } from './messages.ts';
import { Group } from './settings-group.tsx';
import { showFailure } from './switches.ts';

const words = messages.desktop;
const NAMES = ['notifications', 'stay_in_tray', 'start_at_login'] as const;

/** What this host can do for a person's desktop; nothing at all where it can nothing. */
export function DesktopSettings() {
  const settings = useDesktop((state) => state.settings);
  const offered = NAMES.filter((name) => settings !== null && settings[name] !== null);
  if (settings === null || offered.length === 0) return null;
  return (
    <Group title={words.title}>
      {offered.map((name) => (
        <Switch
          key={name}
          label={words[name].label}
          description={words[name].hint}
          checked={settings[name] === true}
          onChange={(event) => void setDesktop({ [name]: event.currentTarget.checked }).then(showFailure)}
        />
      ))}
    </Group>
  );
}
