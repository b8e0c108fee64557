import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import { since } from '../../../ui/text/format.ts';
import classes from './detail-panel.module.css';
import { messages } from '../messages.ts';

const FRESH_MS = 10 * 60_000;

/** How the last call with this key ended. */
export function LastCheck({
  keyView: { last_check: check },
  now,
}: {
  readonly keyView: KeyView;
  readonly now: number;
}) {
  if (check === null) {
    return (
      <p className={classes['check']}>
        <IconCircleDashed size={16} stroke={1.5} aria-hidden />
        {messages.panel.unchecked}
      </p>
    );
  }
  const when = since(check.at, now);
  const ok = check.outcome === 'ok';
  // Green means verified just now, not once upon a time.
  const fresh = now - Date.parse(check.at) < FRESH_MS;
  const Icon = ok ? IconCircleCheck : IconAlertTriangle;
  return (
    <p className={classes['check']} data-tone={ok ? (fresh ? 'ok' : undefined) : 'warn'}>
      <Icon size={16} stroke={1.5} aria-hidden />
      {ok ? messages.panel.accepted(when) : messages.panel.failedCheck(check.outcome, when)}
    </p>
  );
}
