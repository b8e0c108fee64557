import { notifications } from '@mantine/notifications';
import type { SessionView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { showFailure } from '../switches.ts';
import { messages } from './messages.ts';

/** What people call a platform. */
export const platformName = (id: string): string =>
  useInventory.getState().platforms.find((one) => one.id === id)?.name ?? id;

/** Ends a session; whoever wants it back signs in again. */
export const signOut = async ({ platform, env, email }: SessionView): Promise<void> => {
  const outcome = await ask((core) =>
    core.sessions.signOut({
      platform,
      email,
      ...(env === null ? { of_all_environments: true } : { env }),
    }),
  );
  if (showFailure(outcome)) return;
  notifications.show({ message: messages.signIn.isOut(email, platformName(platform)) });
  await loadInventory();
};
