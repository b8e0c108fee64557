import {
  IconAlertTriangle,
  IconCheck,
  IconChevronDown,
  IconCircleDotted,
  IconMinus,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { DoctorCheckView, DoctorSourceView } from '../../../src-shared/contract/views.ts';
import { RUNGS, type Rung } from '../../../src-shared/domain/diagnosis/candidate.ts';
import { Prose } from '../../ui/text/prose.tsx';
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
  readonly isRunning: boolean;
}

/** Every rung in its place from the start, waiting until it is known what was seen there. */
export function Ladder({ checks, sources, isRunning }: LadderProps) {
  const known = new Map(checks.map((check) => [check.id, check]));
  return (
    <section className={classes['ladder']} aria-labelledby="doctor-ladder">
      <h2 id="doctor-ladder">{messages.ladder}</h2>
      <ol aria-busy={isRunning}>
        {RUNGS.map((rung) => {
          const check = known.get(rung);
          return check === undefined ? (
            <Waiting key={rung} rung={rung} isRunning={isRunning} />
          ) : (
            <Known key={rung} rung={rung} check={check} />
          );
        })}
      </ol>
      {sources.length > 0 && <Sources sources={sources} />}
    </section>
  );
}

function Waiting({ rung, isRunning }: { readonly rung: Rung; readonly isRunning: boolean }) {
  return (
    <li data-status="waiting">
      <div className={classes['line']}>
        <IconCircleDotted size={18} stroke={2} aria-hidden />
        <span className={classes['rung']}>{messages.rungs[rung]}</span>
        <span>{isRunning ? messages.waiting : messages.notReached}</span>
      </div>
    </li>
  );
}

/** One line; what was found, and what to type, opens below it. A rung that is broken is open. */
function Known({ rung, check }: { readonly rung: Rung; readonly check: DoctorCheckView }) {
  const { status, evidence, code, fix } = check;
  const Icon = ICONS[status];
  return (
    <li data-status={status}>
      <details open={status === 'fail' || status === 'warn'}>
        <summary className={classes['line']}>
          <Icon size={18} stroke={2} aria-hidden />
          <span className={classes['rung']}>{messages.rungs[rung]}</span>
          <span className="visually-hidden">{messages.statuses[status]}</span>
          <span className={classes['evidence']}>
            <Prose text={evidence} />
          </span>
          <IconChevronDown size={16} stroke={1.5} aria-hidden className={classes['chevron']} />
        </summary>
        <dl data-selectable="">
          <dt>{messages.check}</dt>
          <dd>
            {rung}
            {code !== null && ` · ${code}`}
          </dd>
          {fix !== null && status !== 'pass' && (
            <>
              <dt>{messages.fix}</dt>
              <dd>
                <code>{fix}</code>
              </dd>
            </>
          )}
        </dl>
      </details>
    </li>
  );
}

function Sources({ sources }: { readonly sources: readonly DoctorSourceView[] }) {
  return (
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
  );
}
