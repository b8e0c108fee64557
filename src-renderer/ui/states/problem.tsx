import { IconAlertCircle } from '@tabler/icons-react';
import { Prose } from '../text/prose.tsx';
import classes from './problem.module.css';

/** In a dialog that is longer than the window the fields may have scrolled over it. */
const showWithin = (problem: HTMLElement | null): void => {
  if (problem?.closest('[role=dialog]') instanceof HTMLElement) problem.scrollIntoView({ block: 'nearest' });
};

/** What went wrong and what to do about it, as the core words it. Read out when it appears. */
export function Problem({ message, hint }: { readonly message: string; readonly hint: string }) {
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
      </div>
    </div>
  );
}
