import { Button, Switch, TextInput } from '@mantine/core';
import type { EnvironmentView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { useKept } from '../../../state/kept.ts';
import { openDialog } from '../../../state/view.ts';
import { ColumnHeads } from '../../../ui/column-heads.tsx';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { messages } from '../messages.ts';
import { PassphraseDialog } from '../passphrase-dialog.tsx';
import classes from '../settings.module.css';
import { showFailure } from '../switches.ts';

const words = messages.automatic;

interface AutomaticRotationProps {
  readonly environments: readonly EnvironmentView[];
  readonly hasKeychain: boolean;
}

/** When the keys of an environment are rotated by themselves, whether a locked vault is opened for it, and what it would do. */
export function AutomaticRotation({ environments, hasKeychain }: AutomaticRotationProps) {
  const [allowing, setAllowing] = useKept<string | null>('auto-unlock asked for', null);
  const setUnlocks = async (name: string, isOn: boolean): Promise<void> => {
    if (isOn) setAllowing(name);
    else showFailure(await ask((core) => core.environments.set({ name, auto_rotate_unlocks: false })));
  };
  return (
    <>
      <p className={classes['hint']}>{words.hint}</p>
      <table className={classes['table']}>
        <ColumnHeads names={words.columns} />
        <tbody>
          {environments.map((environment) => (
            <tr key={environment.name}>
              <th scope="row">
                <EnvTag name={environment.name} kind={environment.kind} />
              </th>
              <td>
                <Hour name={environment.name} hour={environment.auto_rotate_at} />
              </td>
              <td>
                <Switch
                  aria-label={words.unlocksLabel(environment.name)}
                  checked={environment.auto_rotate_unlocks}
                  // What is on can be turned off, whatever became of the keychain.
                  disabled={
                    !environment.auto_rotate_unlocks && (!hasKeychain || environment.auto_rotate_at === null)
                  }
                  onChange={(event) => void setUnlocks(environment.name, event.currentTarget.checked)}
                />
              </td>
              <td>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={words.dryRunOf(environment.name)}
                  onClick={() => openDialog({ kind: 'dry-run', env: environment.name })}
                >
                  {words.dryRun}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!hasKeychain && <p className={classes['hint']}>{words.needsKeychain}</p>}
      {/* SECURITY: that the vault opens by itself is for its owner to say; the core checks the passphrase. */}
      {allowing !== null && (
        <PassphraseDialog
          title={words.allowTitle(allowing)}
          why={words.allowWhy}
          confirm={words.allow}
          send={(passphrase) =>
            ask((core) => core.environments.set({ name: allowing, auto_rotate_unlocks: true, passphrase }))
          }
          saved={messages.saved(allowing)}
          onDone={() => setAllowing(null)}
        />
      )}
    </>
  );
}

function Hour({ name, hour }: { readonly name: string; readonly hour: string | null }) {
  const [typed, setTyped] = useKept<string | null>(`automatic rotation of ${name}`, null);
  const save = async (text: string): Promise<void> => {
    const next = text === '' ? null : text;
    const hasFailed =
      next !== hour &&
      showFailure(await ask((core) => core.environments.set({ name, auto_rotate_at: next })));
    // What could not be saved stays for another try.
    if (!hasFailed) setTyped(null);
  };
  return (
    <TextInput
      type="time"
      aria-label={words.hourLabel(name)}
      size="xs"
      className={classes['number']}
      value={typed ?? hour ?? ''}
      rightSectionWidth={40}
      rightSectionPointerEvents="none"
      rightSection={(typed ?? hour ?? '') === '' && <span className={classes['off']}>{words.off}</span>}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={(event) => void save(event.currentTarget.value)}
    />
  );
}
