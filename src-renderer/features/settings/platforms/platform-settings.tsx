import { Button, Switch } from '@mantine/core';
import type { PlatformView } from '../../../../src-shared/contract/views.ts';
import { openDialog } from '../../../state/view.ts';
import { ColumnHeads } from '../../../ui/column-heads.tsx';
import { Command } from '../../../ui/labels/command.tsx';
import { Group } from '../settings-group.tsx';
import classes from '../settings.module.css';
import { setSandbox } from '../switches.ts';
import { messages } from './messages.ts';

interface PlatformSettingsProps {
  readonly platforms: readonly PlatformView[];
  readonly hasSandbox: boolean;
}

/** Where the platforms are, and how their keys rotate. */
export function PlatformSettings({ platforms, hasSandbox }: PlatformSettingsProps) {
  return (
    <Group title={messages.title}>
      <Switch
        label={messages.sandbox}
        description={messages.sandboxHint}
        checked={hasSandbox}
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
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'import-platform' })}>
        {messages.import.open}
      </Button>
      <dl className={classes['facts']}>
        <dt>{messages.platformCheck}</dt>
        <dd>
          <Command name={messages.platformCheck} text={messages.platformCheckCommand} />
        </dd>
      </dl>
    </Group>
  );
}

/** Its address is the one it was started at. */
const isOfSandbox = ({ id, builtin }: PlatformView): boolean => builtin && id.startsWith('sandbox-');
