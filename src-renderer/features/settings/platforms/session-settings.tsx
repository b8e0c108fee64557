import { Button } from '@mantine/core';
import type { PlatformView } from '../../../../src-shared/contract/views.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { openDialog } from '../../../state/view.ts';
import { ColumnHeads } from '../../../ui/column-heads.tsx';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { exactDate, since } from '../../../ui/text/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { Group } from '../settings-group.tsx';
import classes from '../settings.module.css';
import { messages } from './messages.ts';
import { signOut } from './sign-out.ts';

const words = messages.signIn;

/** Who is signed in to a platform; where nobody can, there is nothing to show. */
export function SessionSettings({ platforms }: { readonly platforms: readonly PlatformView[] }) {
  const { sessions, environments } = useInventory();
  const now = useNow(60_000);
  const nameOf = (id: string): string => platforms.find((one) => one.id === id)?.name ?? id;
  if (!platforms.some(({ can }) => can.sign_in)) return null;
  return (
    <Group title={words.group}>
      <p className={classes['hint']}>{words.hint}</p>
      {sessions.length === 0 ? (
        <p className={classes['hint']}>{words.nobody}</p>
      ) : (
        <table className={classes['table']}>
          <ColumnHeads names={words.columns} />
          <tbody>
            {sessions.map((session) => (
              <tr key={`${session.platform} ${session.env ?? ''}`}>
                <th scope="row">{nameOf(session.platform)}</th>
                <td>
                  {session.env === null ? (
                    words.everywhere
                  ) : (
                    <EnvTag
                      name={session.env}
                      kind={environments.find(({ name }) => name === session.env)?.kind ?? 'test'}
                    />
                  )}
                </td>
                <td className={classes['who']}>
                  {session.email}
                  {session.account !== null && (
                    <div className={classes['hint']}>{words.account(session.account)}</div>
                  )}
                </td>
                <td className={classes['when']} title={exactDate(session.signed_in_at)}>
                  {since(session.signed_in_at, now)}
                </td>
                <td>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={words.outOf(session.email, nameOf(session.platform), session.env)}
                    onClick={() => void signOut(session)}
                  >
                    {words.out}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'sign-in' })}>
        {words.open}
      </Button>
    </Group>
  );
}
