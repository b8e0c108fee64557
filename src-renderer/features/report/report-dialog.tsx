import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileTypeCsv, IconFileTypePdf, IconPrinter } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useStatus } from '../../state/core/status.ts';
import { useView } from '../../state/view.ts';
import { PrintSheet } from '../../ui/print-sheet.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Dialog } from '../dialogs/dialog.tsx';
import { useMatters } from './use-matters.ts';
import { DueFeed } from './due-feed.tsx';
import { messages } from './messages.ts';
import classes from './report.module.css';
import { ReportSheet } from './report-sheet.tsx';

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const NO_RUNS = [] as const;

/** A lead's report: to read, to print, to take along as a document or a table; and the calendar of due dates. */
export default function ReportDialog() {
  const env = useView((state) => state.env);
  const all = useInventory((state) => state.keys);
  const runs = useStatus((state) => state.status?.runs ?? NO_RUNS);
  const now = useNow(null);
  const keys = useMemo(() => all.filter((key) => env === null || key.env === env), [all, env]);
  const matters = useMatters(runs, env, now);
  const [saving, setSaving] = useState<'csv' | 'pdf' | null>(null);
  const [problem, setProblem] = useState<ErrorView | null>(null);

  const save = async (as: 'csv' | 'pdf') => {
    setSaving(as);
    setProblem(null);
    const outcome = await ask((core) => core.reports.save({ as, ...(env === null ? {} : { env }) }));
    setSaving(null);
    if (!outcome.ok) setProblem(outcome.error);
    else if (outcome.result.path !== null)
      notifications.show({
        title: messages.savedTitle,
        message: messages.saved(outcome.result.path),
        autoClose: 10_000,
      });
  };
  const sheet = <ReportSheet keys={keys} matters={matters} env={env} now={now} />;
  return (
    <Dialog title={messages.title} size={980}>
      <div className={classes['body']}>
        <div className={classes['buttons']}>
          <Button
            size="xs"
            data-autofocus
            leftSection={<IconPrinter {...icon} />}
            onClick={() => window.print()}
          >
            {messages.print}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={saving === 'pdf'}
            disabled={saving !== null}
            leftSection={<IconFileTypePdf {...icon} />}
            onClick={() => void save('pdf')}
          >
            {messages.pdf}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={saving === 'csv'}
            disabled={saving !== null}
            leftSection={<IconFileTypeCsv {...icon} />}
            onClick={() => void save('csv')}
          >
            {messages.csv}
          </Button>
        </div>
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={classes['beside']}>
          <div className={classes['scroll']} tabIndex={0} role="region" aria-label={messages.title}>
            {sheet}
          </div>
          <DueFeed />
        </div>
      </div>
      <PrintSheet>{sheet}</PrintSheet>
    </Dialog>
  );
}
