import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import classes from './doctor.module.css';
import { Fix } from './fix.tsx';
import { messages } from './messages.ts';

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
      <Fix key={cause.fix} view={view} fix={cause.fix} />
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
