import { Button, NumberInput, Select } from '@mantine/core';
import type { EnvironmentView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { useKept } from '../../../state/kept.ts';
import { openDialog } from '../../../state/view.ts';
import { ColumnHeads } from '../../../ui/column-heads.tsx';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { messages } from '../messages.ts';
import { PassphraseDialog } from '../passphrase-dialog.tsx';
import classes from '../settings.module.css';
import { showFailure } from '../switches.ts';

type Approval = EnvironmentView['approve'];

const APPROVALS = Object.entries(messages.approvals).map(([value, label]) => ({ value, label }));

/** How often keys of an environment rotate, and when handing one out is asked about. */
export function EnvironmentSettings({ environments }: { readonly environments: readonly EnvironmentView[] }) {
  const [asking, setAsking] = useKept<{
    readonly env: string;
    readonly approve: Approval;
  } | null>('approval asked for', null);
  return (
    <>
      <table className={`${classes['table']} ${classes['counted']}`}>
        <ColumnHeads names={messages.environmentColumns} />
        <tbody>
          {environments.map((environment) => (
            <tr key={environment.name}>
              <th scope="row">
                <EnvTag name={environment.name} kind={environment.kind} />
              </th>
              <td>{formatNumber(environment.keys)}</td>
              <td>
                <RotateEvery environment={environment} />
              </td>
              <td>
                <Select
                  aria-label={messages.approveLabel(environment.name)}
                  size="xs"
                  className={classes['choice']}
                  data={APPROVALS}
                  value={environment.approve}
                  allowDeselect={false}
                  onChange={(value) => {
                    if (value !== null && value !== environment.approve)
                      setAsking({ env: environment.name, approve: value as Approval });
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'add-environment' })}>
        {messages.addEnvironment.open}
      </Button>
      {/* SECURITY: a page that was taken over must not switch the asking off; the core checks the passphrase. */}
      {asking !== null && (
        <PassphraseDialog
          title={messages.confirmTitle(asking.env, messages.approvals[asking.approve])}
          why={messages.passphraseWhy}
          confirm={messages.change}
          send={(passphrase) =>
            ask((core) => core.environments.set({ name: asking.env, approve: asking.approve, passphrase }))
          }
          saved={messages.saved(asking.env)}
          onDone={() => setAsking(null)}
        />
      )}
    </>
  );
}

function RotateEvery({ environment }: { readonly environment: EnvironmentView }) {
  const { name, rotate_every_days: days } = environment;
  const [typed, setTyped] = useKept<string | number | null>(`rotate every of ${name}`, null);
  const save = async (value: number | string): Promise<void> => {
    const next = typeof value === 'number' ? value : null;
    const hasFailed =
      next !== days &&
      showFailure(await ask((core) => core.environments.set({ name, rotate_every_days: next })));
    // What could not be saved stays for another try.
    if (!hasFailed) setTyped(null);
  };
  return (
    <NumberInput
      aria-label={messages.rotateLabel(name)}
      size="xs"
      className={classes['number']}
      min={1}
      max={3650}
      allowDecimal={false}
      hideControls
      suffix={messages.rotateUnit}
      value={typed ?? days ?? ''}
      onChange={setTyped}
      placeholder={messages.rotateHint}
      onBlur={(event) => {
        const text = event.currentTarget.value;
        void save(text === '' ? '' : Number.parseInt(text, 10));
      }}
    />
  );
}
