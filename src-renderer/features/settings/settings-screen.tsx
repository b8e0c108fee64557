import { Button, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import type { PlatformView, StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { openDialog } from '../../state/view.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import { Command } from '../../ui/labels/command.tsx';
import { BackupButtons } from '../backup/backup-buttons.tsx';
import { AutomaticRotation } from './environments/automatic-rotation.tsx';
import { EnvironmentSettings } from './environments/environment-settings.tsx';
import { DesktopSettings } from './desktop-settings.tsx';
import { messages } from './messages.ts';
import { Group } from './settings-group.tsx';
import { setKeychain, setSandbox } from './switches.ts';
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
      <Group title={messages.platforms}>
        <Switch
          label={messages.sandbox}
          description={messages.sandboxHint}
          checked={status.sandbox !== null}
          onChange={(event) => void setSandbox(event.currentTarget.checked)}
        />
        <table className={classes['table']}>
          <ColumnHeads names={messages.platformColumns} />
          <tbody>
            {platforms.map((platform) => (
              <tr key={platform.id}>
                <th scope="row">{platform.name}</th>
                <td className="mono">
                  {platform.base_url ?? messages.notSet}
                  {platform.per_environment.map(({ env, base_url }) => (
                    <div key={env}>{messages.addressIn(env, base_url)}</div>
                  ))}
                </td>
                <td>{messages.rotation[platform.rotation]}</td>
                <td>{platform.tier ?? messages.notSet}</td>
                <td>
                  {!isOfSandbox(platform) && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={messages.changePlatformOf(platform.name)}
                      onClick={() => openDialog({ kind: 'platform', id: platform.id })}
                    >
                      {messages.changePlatform}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <dl className={classes['facts']}>
          <dt>{messages.platformCheck}</dt>
          <dd>
            <Command name={messages.platformCheck} text={messages.platformCheckCommand} />
          </dd>
        </dl>
      </Group>
    </div>
  );
}

/** Its address is the one it was started at. */
const isOfSandbox = ({ id, builtin }: PlatformView): boolean => builtin && id.startsWith('sandbox-');
