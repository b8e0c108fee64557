import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import { since } from '../../ui/text/format.ts';
import { isOver } from './due.ts';
import { messages } from './messages.ts';
import classes from './status-word.module.css';

interface Look {
  readonly icon: ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>;
  readonly tone: 'normal' | 'dim' | 'warn' | 'danger';
}

const LOOKS: Record<KeyView['status'], Look> = {
  active: { icon: IconCircleCheck, tone: 'normal' },
  pending: { icon: IconCircleDashed, tone: 'dim' },
  retiring: { icon: IconCircleHalf2, tone: 'warn' },
  disabled: { icon: IconCircleMinus, tone: 'dim' },
  revoked: { icon: IconCircleX, tone: 'dim' },
  lost: { icon: IconHelpCircle, tone: 'danger' },
};

/** A key's status as a word with a shape; a failed last check or damage stands beside it. */
export function StatusWord({ keyView: key, now }: { readonly keyView: KeyView; readonly now: number }) {
  if (key.damaged) {
    return (
      <span className={classes['status']} data-tone="danger">
        <IconAlertTriangle size={16} stroke={1.5} aria-hidden />
        {messages.damaged}
      </span>
    );
  }
  const { icon: Icon, tone } = LOOKS[key.status];
  const check = key.last_check;
  const failed =
    check !== null && check.outcome !== 'ok' && !isOver(key)
      ? messages.lastCheckFailed(check.outcome, since(check.at, now))
      : null;
  return (
    <span className={classes['status']} data-tone={tone}>
      <Icon size={16} stroke={1.5} aria-hidden />
      {messages.statuses[key.status]}
      {failed !== null && (
        <span className={classes['check']} title={failed}>
          <IconAlertTriangle size={16} stroke={1.5} aria-hidden />
          <span className="visually-hidden">{failed}</span>
        </span>
      )}
    </span>
  );
}
