import { IconAlertTriangle, IconCheck, IconMinus, IconX, type TablerIcon } from '@tabler/icons-react';
import type { DoctorCheckView, DoctorSourceView } from '../../../src-shared/contract/views.ts';
import classes from './doctor.module.css';
import { messages } from './messages.ts';

const ICONS: Record<DoctorCheckView['status'], TablerIcon> = {
  pass: IconCheck,
  warn: IconAlertTriangle,
  fail: IconX,
  skip: IconMinus,
};

interface LadderProps {
  readonly checks: readonly DoctorCheckView[];
  readonly sources: readonly DoctorSourceView[];
}

/** Every rung with what was seen; it fills in while the examination runs. */
export function Ladder({ checks, sources }: LadderProps) {
  return (
    <section className={classes['ladder']} aria-labelledby="doctor-ladder">
      <h2 id="doctor-ladder">{messages.ladder}</h2>
      <ol>
        {checks.map(({ id, status, evidence, code, fix }) => {
          const Icon = ICONS[status];
          return (
            <li key={id} data-status={status}>
              <Icon size={18} stroke={2} aria-hidden />
              <span className={classes['rung']}>{id}</span>
              <span className="visually-hidden">{messages.statuses[status]}</span>
              <span className={classes['evidence']} data-selectable="">
                {evidence}
                {code !== null && <span className={classes['code']}> {code}</span>}
                {fix !== null && status !== 'pass' && <code>{fix}</code>}
              </span>
            </li>
          );
        })}
      </ol>
      {sources.length > 0 && (
        <>
          <h2>{messages.sources}</h2>
          <ul>
            {sources.map(({ where, line, fingerprint, reach, key }) => (
              <li key={`${where}:${String(line)}`}>
                {where}
                {line === null ? '' : `:${String(line)}`} · {fingerprint ?? ''} · {key ?? ''} · {reach}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
