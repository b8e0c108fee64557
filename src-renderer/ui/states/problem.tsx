import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Prose } from '../text/prose.tsx';
import classes from './problem.module.css';

/** In a dialog or a form that is longer than what shows it, it may be out of sight: at once, or in a smaller window. */
const showWithin = (problem: HTMLElement | null): (() => void) | undefined => {
  if (!(problem?.closest('[role=dialog], [data-editor]') instanceof HTMLElement)) return undefined;
  const show = (): void => problem.scrollIntoView({ block: 'nearest' });
  show();
  window.addEventListener('resize', show);
  return () => window.removeEventListener('resize', show);
};

interface ProblemProps {
  readonly message: string;
  readonly hint: string;
  /** The way on, as a button. */
  readonly children?: ReactNode;
}

/** What went wrong and what to do about it, as the core words it. Read out when it appears. */
export function Problem({ message, hint, children }: ProblemProps) {
  return (
    <div ref={showWithin} className={classes['problem']} role="alert">
      <IconAlertCircle size={18} stroke={1.5} aria-hidden />
      <div className={classes['words']}>
        <p>
          <Prose text={message} />
        </p>
        {hint !== '' && (
          <p className={classes['hint']}>
            <Prose text={hint} />
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
