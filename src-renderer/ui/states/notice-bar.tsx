import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice-bar.module.css';

interface NoticeBarProps {
  readonly tone: 'danger' | 'warn' | 'ok';
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** A line across the window that says what is unusual, and offers the one thing to do about it. */
export function NoticeBar({ tone, children, action }: NoticeBarProps) {
  const Icon = tone === 'ok' ? IconShieldCheck : IconAlertTriangle;
  return (
    <div className={classes['bar']} data-tone={tone} role="status">
      <Icon size={18} stroke={1.5} className={classes['icon']} aria-hidden />
      <div className={classes['words']}>{children}</div>
      {action}
    </div>
  );
}
