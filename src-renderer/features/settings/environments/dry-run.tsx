import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { RotationPlanView } from '../../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask } from '../../../bridge.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { closeDialog } from '../../../state/view.ts';
import { DAY_MS, exactDate, inDays } from '../../../ui/text/format.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import { useNow } from '../../../ui/use-now.ts';
import dialogClasses from '../../dialogs/dialog.module.css';
import { Dialog } from '../../dialogs/dialog.tsx';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

const words = messages.automatic;

type Run = RotationPlanView['runs'][number];

/** What automatic rotation of an environment would do at its next hour, and why it leaves the other keys as they are. */
export default function DryRun({ env: name }: { readonly env: string }) {
  const kind = useInventory((state) => state.environments.find((one) => one.name === name)?.kind ?? 'test');
  const [run, setRun] = useState<Run | null>(null);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  useEffect(() => {
    let isWanted = true;
    void ask((core) => core.rotations.plan({ env: name })).then((outcome) => {
      if (!isWanted) return;
      if (outcome.ok) setRun(outcome.result.runs[0] ?? null);
      else setProblem(outcome.error);
    });
    return () => {
      isWanted = false;
    };
  }, [name]);
  return (
    <Dialog title={words.dryRunTitle} env={{ name, kind }} size={560}>
      <div className={dialogClasses['form']}>
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        {run === null && problem === null && <p className={classes['hint']}>{words.looking}</p>}
        {run !== null && <Outlook run={run} />}
        <div className={dialogClasses['buttons']}>
          <Button onClick={closeDialog}>{words.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Outlook({ run }: { readonly run: Run }) {
  const { next_run_at: nextAt, keys, auto_rotate_unlocks: unlocks } = run;
  const sooner = (one: Run['keys'][number], other: Run['keys'][number]): number =>
    Date.parse(one.due_at) - Date.parse(other.due_at);
  const rotating = keys.filter(({ rotates }) => rotates).sort(sooner);
  const staying = keys.filter(({ rotates }) => !rotates).sort(sooner);
  return (
    <>
      <p className={classes['hint']}>{nextAt === null ? words.isOff : words.next(exactDate(nextAt))}</p>
      {keys.length === 0 && <p className={classes['hint']}>{words.nothing}</p>}
      {rotating.length > 0 && (
        <Keys title={words.rotates(rotating.length)} keys={rotating} unlocks={unlocks} />
      )}
      {staying.length > 0 && <Keys title={words.stays(staying.length)} keys={staying} unlocks={unlocks} />}
    </>
  );
}

const MOST_SHOWN = 50;

interface KeysProps {
  readonly title: string;
  readonly keys: Run['keys'];
  /** Keys that wait for an unlocked vault are named where others do not. */
  readonly unlocks: boolean;
}

function Keys({ title, keys, unlocks }: KeysProps) {
  const now = useNow(60_000);
  return (
    <section className={classes['planned']} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {keys.slice(0, MOST_SHOWN).map(({ key, due_at: dueAt, why, waits_for_unlock: waits }) => (
          <li key={key}>
            <span className={classes['plannedKey']} title={key}>
              {key.slice(key.indexOf('/') + 1)}
            </span>
            <span className={classes['hint']} title={exactDate(dueAt)}>
              {words.due(inDays(Math.floor((Date.parse(dueAt) - now) / DAY_MS)))}
            </span>
            {why !== null && <span className={classes['why']}>{why}</span>}
            {why === null && unlocks && waits && <span className={classes['why']}>{words.waits}</span>}
          </li>
        ))}
      </ul>
      {keys.length > MOST_SHOWN && <p className={classes['hint']}>{words.more(keys.length - MOST_SHOWN)}</p>}
    </section>
  );
}
