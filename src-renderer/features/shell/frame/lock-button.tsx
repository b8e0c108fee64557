import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { lockVault, useStatus } from '../../../state/core/status.ts';
import { remaining } from '../../../ui/text/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { messages } from '../messages.ts';

const LAST_MINUTE_MS = 60_000;
const CALM_TICK_MS = 15_000;

/** Locks at once; shows when the vault does so by itself, second by second only in its last minute. */
export function LockButton({ locksAt }: { readonly locksAt: string | null }) {
  // The deadline is as fresh as the status; a clock read before that would show a minute too many.
  const toldAt = useStatus((state) => state.toldAt);
  const calm = Math.max(useNow(CALM_TICK_MS), toldAt);
  const deadline = locksAt === null ? null : Date.parse(locksAt);
  const isLastMinute = deadline !== null && deadline - calm < LAST_MINUTE_MS + CALM_TICK_MS;
  const exactNow = useNow(isLastMinute ? 1000 : null);
  const left = deadline === null ? null : remaining(deadline - Math.max(calm, isLastMinute ? exactNow : 0));
  return (
    <Button
      variant="default"
      leftSection={<IconLock size={18} stroke={1.5} aria-hidden />}
      aria-label={messages.lock.label(left)}
      title={messages.lock.label(left)}
      onClick={() => void lockVault()}
      miw={116}
      px="sm"
    >
      <span className="tabular">{messages.lock.button(left)}</span>
    </Button>
  );
}
