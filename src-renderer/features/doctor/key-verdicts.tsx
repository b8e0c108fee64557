import { useState } from 'react';
import { Button } from '@mantine/core';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { examine } from '../../state/doctor.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import classes from './doctor.module.css';
import { messages } from './messages.ts';

const WORST_FIRST = ['broken', 'degraded', 'healthy'];
const MOST = 100;

/** One line for each key that was examined, the worst first. */
export function KeyVerdicts({ view }: { readonly view: DoctorView }) {
  const [most, setMost] = useState(MOST);
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
                  {key}
                </button>
              </th>
              <td>{messages.verdicts[verdict]}</td>
              <td>{cause?.message}</td>
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
