import { Switch } from '@mantine/core';
import { hostKind } from '../../bridge.ts';
import { setDesktop, useDesktop } from '../../state/core/desktop.ts';
import { messages } from './messages.ts';
import { Group } from './settings-group.tsx';
import classes from './settings.module.css';
import { showFailure } from './switches.ts';

const words = messages.desktop;
const NAMES = ['notifications', 'stay_in_tray', 'start_at_login'] as const;

/** What this host can do for a person's desktop; and what it cannot, why, and what to do about it. */
export function DesktopSettings() {
  const settings = useDesktop((state) => state.settings);
  if (settings === null) return null;
  const offered = NAMES.filter((name) => settings[name] !== null);
  const missing = NAMES.filter((name) => settings[name] === null).map((name) => words[name].missing);
  const isBrowser = hostKind() === 'chromium';
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
      {missing.length > 0 && (
        <p className={classes['hint']}>{isBrowser ? words.browser(missing) : words.system(missing)}</p>
      )}
      {isBrowser && <p className={classes['hint']}>{words.browserLocks}</p>}
    </Group>
  );
}
