import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { forgetMissing, usePlace } from '../../state/place.ts';
import { messages } from './messages.ts';

/** Says that a link led to a key that is not there. */
export function useMissingKey(): void {
  const missing = usePlace((state) => state.missing);
  useEffect(() => {
    if (missing === null) return;
    notifications.show({ message: messages.missingKey(missing.name) });
    forgetMissing();
  }, [missing]);
}
