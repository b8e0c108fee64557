import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { BackupButtons } from '../backup/backup-buttons.tsx';
import { AutomaticRotation } from './environments/automatic-rotation.tsx';
import { EnvironmentSettings } from './environments/environment-settings.tsx';
import { DesktopSettings } from './desktop-settings.tsx';
import { messages } from './messages.ts';
import { PlatformSettings } from './platforms/platform-settings.tsx';
import { SessionSettings } from './platforms/session-settings.tsx';
import { Group } from './settings-group.tsx';
import { setKeychain } from './switches.ts';
import { VaultSecrets } from './vault/vault-secrets.tsx';
import classes from './settings.module.css';

/** How the vault opens and locks, how the window looks, what each environment asks for, and where the platforms are. */
export default function SettingsScreen({ status }: { readonly status: StatusView }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { environments, platforms } = useInventory();
  return (
    <div className={classes['screen']}>
      <Group title={messages.vault}>
        <Switch
          label={messages.keychain}
          description={
            status.keychain === 'unavailable'
              ? messages.keychainMissing(status.keychain_detail)
              : messages.keychainHint(status.keychain_detail)
          }
          disabled={status.keychain === 'unavailable'}
          checked={status.keychain === 'available'}
          onChange={(event) => void setKeychain(event.currentTarget.checked, status.keychain_detail)}
        />
        <dl className={classes['facts']}>
          <dt>{messages.home}</dt>
          <dd className="mono">{status.home}</dd>
          <dt>{messages.version}</dt>
          <dd>{status.version}</dd>
          <dt>{messages.backup}</dt>
          <dd>
            <BackupButtons />
          </dd>
        </dl>
        <VaultSecrets />
      </Group>
      <Group title={messages.look}>
        <SegmentedControl
          aria-label={messages.look}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
          data={messages.schemes}
        />
      </Group>
      <DesktopSettings />
      <Group title={messages.environments}>
        <EnvironmentSettings environments={environments} />
      </Group>
      <Group title={messages.automatic.title}>
        <AutomaticRotation environments={environments} hasKeychain={status.keychain === 'available'} />
      </Group>
      <PlatformSettings platforms={platforms} hasSandbox={status.sandbox !== null} />
      <SessionSettings platforms={platforms} />
    </div>
  );
}
