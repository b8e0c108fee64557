import { IconAlertCircle } from '@tabler/icons-react';
import classes from './problem.module.css';

/** What went wrong and what to do about it, as the core words it. Read out when it appears. */
export function Problem({ message, hint }: { readonly message: string; readonly hint: string }) {
  return (
    <div className={classes['problem']} role="alert">
      <IconAlertCircle size={18} stroke={1.5} aria-hidden />
      <div className={classes['words']}>
        <p>{message}</p>
        {hint !== '' && <p className={classes['hint']}>{hint}</p>}
      </div>
    </div>
  );
}
