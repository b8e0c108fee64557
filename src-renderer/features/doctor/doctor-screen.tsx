import { Button, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconStethoscope } from '@tabler/icons-react';
import { useMemo } from 'react';
import { reportMarkdown } from '../../../src-shared/domain/diagnosis/report.ts';
import { cancelExamination, chooseForDoctor, examine, useDoctor } from '../../state/core/doctor.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { refOf, toKeyRef } from '../../state/key-ref.ts';
import { useView } from '../../state/view.ts';
import { copyText } from '../../ui/text/copy-text.ts';
import { EmptyState } from '../../ui/states/empty-state.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { CausePanel } from './cause-panel.tsx';
import classes from './doctor.module.css';
import { KeyVerdicts } from './key-verdicts.tsx';
import { Ladder } from './ladder.tsx';
import { messages } from './messages.ts';

const ALL = '';

/** Why a key fails: the cause first, then the way to mend it, then every rung with its evidence. */
export default function DoctorScreen() {
  const { key, operationId, checks, view, problem } = useDoctor();
  const env = useView((state) => state.env);
  const keys = useInventory((state) => state.keys);
  const choices = useMemo(
    () => [
      { value: ALL, label: messages.all(env) },
      ...keys
        .filter((one) => env === null || one.env === env)
        .map((one) => ({ value: refOf(one), label: refOf(one) })),
    ],
    [keys, env],
  );
  const isRunning = operationId !== null;
  return (
    <div className={classes['screen']}>
      <form
        className={classes['tools']}
        onSubmit={(event) => {
          event.preventDefault();
          void examine(key, env);
        }}
      >
        <Select
          aria-label={messages.which}
          w={300}
          data={choices}
          value={key ?? ALL}
          onChange={(value) => chooseForDoctor(value === null || value === ALL ? null : toKeyRef(value))}
          allowDeselect={false}
          searchable
          limit={50}
          disabled={isRunning}
        />
        <Button
          type="submit"
          // Once there is a cause, its way out is the loud one.
          variant={(view?.cause ?? null) === null ? 'filled' : 'default'}
          loading={isRunning}
          leftSection={<IconStethoscope size={18} stroke={1.5} aria-hidden />}
        >
          {messages.examine}
        </Button>
        {isRunning && (
          <Button variant="default" onClick={cancelExamination}>
            {messages.cancel}
          </Button>
        )}
        {view !== null && (
          <Button
            variant="default"
            leftSection={<IconCopy size={18} stroke={1.5} aria-hidden />}
            onClick={() => {
              if (copyText(reportMarkdown(view, { withAddresses: false, machine: '' })))
                notifications.show({ message: messages.reportCopied });
            }}
          >
            {messages.copyReport}
          </Button>
        )}
        <span className={classes['quiet']} role="status">
          {isRunning ? messages.examining : view === null ? messages.lead : messages.took(view.duration_ms)}
        </span>
      </form>
      {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
      {view === null && !isRunning && problem === null && (
        <EmptyState icon={IconStethoscope} title={messages.emptyTitle} lead={messages.emptyLead} />
      )}
      {view !== null && <CausePanel view={view} />}
      {view !== null && view.keys.length > 0 && <KeyVerdicts view={view} />}
      {(checks.length > 0 || (isRunning && key !== null)) && (view === null || view.keys.length === 0) && (
        <Ladder checks={checks} sources={view?.sources ?? []} isRunning={isRunning} />
      )}
    </div>
  );
}
