import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX, type TablerIcon } from '@tabler/icons-react';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { examine } from '../../state/core/doctor.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { Prose } from '../../ui/text/prose.tsx';
import classes from './doctor.module.css';
import { messages } from './messages.ts';

const ICONS: Record<DoctorView['verdict'], TablerIcon> = {
  broken: IconX,
  degraded: IconAlertTriangle,
  healthy: IconCheck,
};

function VerdictIcon({ verdict }: { readonly verdict: DoctorView['verdict'] }) {
  const Icon = ICONS[verdict];
  return <Icon size={16} stroke={2} aria-hidden />;
}

const envOf = (address: string): string => address.slice(0, address.indexOf('/'));

const WORST_FIRST = ['broken', 'degraded', 'healthy'];
const MOST = 100;

/** One line for each key that was examined, the worst first. */
export function KeyVerdicts({ view }: { readonly view: DoctorView }) {
  const [most, setMost] = useState(MOST);
  const environments = useInventory((state) => state.environments);
  const keys = view.keys.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
  return (
    <section aria-label={messages.keys}>
      <table className={classes['verdicts']}>
        <ColumnHeads names={messages.columns} />
        <tbody>
          {keys.slice(0, most).map(({ key, verdict, cause }) => (
            <tr key={key} data-verdict={verdict}>
              <th scope="row">
                <button type="button" onClick={() => void examine(toKeyRef(key), null)}>
                  {key.slice(key.indexOf('/') + 1)}
                </button>
              </th>
              <td>
                <EnvTag
                  name={envOf(key)}
                  kind={environments.find(({ name }) => name === envOf(key))?.kind ?? 'test'}
                />
              </td>
              <td>
                <span className={classes['verdict']}>
                  <VerdictIcon verdict={verdict} />
                  {messages.verdicts[verdict]}
                </span>
              </td>
              <td>
                <Prose text={cause?.message ?? ''} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length > most && (
        <Button size="xs" variant="default" onClick={() => setMost(keys.length)}>
          {messages.more(keys.length - most)}
        </Button>
      )}
    </section>
  );
}
