import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  readonly icon: TablerIcon;
  readonly title: string;
  readonly lead: string;
  /** The first step. */
  readonly children?: ReactNode;
}

/** A screen with nothing on it yet: what it is for, and the first step. */
export function EmptyState({ icon: Icon, title, lead, children }: EmptyStateProps) {
  return (
    <div className={classes['empty']}>
      <Icon size={36} stroke={1.25} aria-hidden />
      <h2>{title}</h2>
      <p>{lead}</p>
      {children}
    </div>
  );
}
