import type { ReactNode } from 'react';
import classes from './centered.module.css';
import { Mark } from '../mark.tsx';

interface CenteredProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

/** A screen that asks one thing: the mark, a sentence, and what to do. */
export function Centered({ title, lead, wide, children }: CenteredProps) {
  return (
    <main className={classes['page']}>
      <div className={classes['column']} data-wide={wide === true ? '' : undefined}>
        <div className={classes['head']}>
          <span className={classes['mark']}>
            <Mark size={56} />
          </span>
          <h1 className={classes['title']}>{title}</h1>
          {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
        </div>
        {children}
      </div>
    </main>
  );
}
