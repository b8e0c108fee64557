import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './disclosure.module.css';

interface DisclosureProps {
  readonly summary: string;
  readonly children: ReactNode;
}

/** A line that opens to what is seldom asked for. */
export function Disclosure({ summary, children }: DisclosureProps) {
  return (
    <details className={classes['disclosure']}>
      <summary>
        <IconChevronRight size={16} stroke={1.5} aria-hidden />
        {summary}
      </summary>
      {children}
    </details>
  );
}
