import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck, IconCopy } from '@tabler/icons-react';
import type { DoctorCauseView, DoctorView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { openDialog } from '../../state/view.ts';
import { copyText } from '../../ui/copy-text.ts';
import classes from './doctor.module.css';
import { messages } from './messages.ts';

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** The cause in one sentence, and the way to mend it as a button and as a command. */
export function CausePanel({ view }: { readonly view: DoctorView }) {
  const { cause, verdict, others } = view;
  if (cause === null) {
    return (
      <section className={classes['cause']} data-verdict="healthy" role="status">
        <h2>
          <IconCircleCheck size={20} stroke={1.5} aria-hidden />
          {view.key === null ? messages.allHealthy(view.keys.length) : messages.healthy(view.key)}
        </h2>
      </section>
    );
  }
  return (
    <section className={classes['cause']} data-verdict={verdict} role="status">
      <h2>
        <IconAlertTriangle size={20} stroke={1.5} aria-hidden />
        {cause.message}
      </h2>
      <p className={classes['code']}>
        {[messages.verdicts[verdict], cause.code, messages.confidence[cause.confidence]]
          .filter((word) => word !== '')
          .join(' · ')}
      </p>
      <Fix cause={cause} keyAddress={view.key} />
      {cause.tell_apart !== '' && cause.confidence !== 'certain' && <p>{cause.tell_apart}</p>}
      {others.length > 0 && (
        <details>
          <summary>
            {messages.others} ({others.length})
          </summary>
          <ul>
            {others.map((other) => (
              <li key={other.code + other.message}>
                {other.message} <code>{other.fix}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

interface FixProps {
  readonly cause: DoctorCauseView;
  readonly keyAddress: string | null;
}

function Fix({ cause, keyAddress }: FixProps) {
  const { fix, repair } = cause;
  return (
    <div className={classes['fix']}>
      <code aria-label={messages.fix} data-selectable="">
        {fix}
      </code>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconCopy {...icon} />}
        onClick={() => {
          if (copyText(fix)) notifications.show({ message: messages.copied });
        }}
      >
        {messages.copyFix}
      </Button>
      {repair?.kind === 'clean_value' && keyAddress !== null && (
        <Button size="xs" onClick={() => void clean(keyAddress)}>
          {messages.clean}
        </Button>
      )}
      {fix.startsWith('keymolt rotate start') && keyAddress !== null && (
        <Button size="xs" onClick={() => openDialog({ kind: 'rotate', keys: [toKeyRef(keyAddress)] })}>
          {messages.rotate}
        </Button>
      )}
    </div>
  );
}

const clean = async (key: string): Promise<void> => {
  const outcome = await ask((core) => core.doctor.cleanValue({ key }));
  if (outcome.ok) notifications.show({ message: messages.cleaned });
  else notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
};
