import { notifications } from '@mantine/notifications';
import { ask } from '../../bridge.ts';
import { loadInventory } from '../../state/inventory.ts';
import { messages } from './messages.ts';

/** Reconciles with the platforms' own lists, and says what came of it. */
export const checkPlatforms = async (): Promise<void> => {
  const outcome = await ask((core) => core.sync.run({}));
  if (!outcome.ok) {
    notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
    return;
  }
  const { platforms } = outcome.result;
  const total = (count: (platform: (typeof platforms)[number]) => number) =>
    platforms.reduce((sum, platform) => sum + count(platform), 0);
  for (const platform of platforms) {
    if (platform.error === null) continue;
    notifications.show({
      color: 'red',
      title: messages.syncFailed(platform.platform),
      message: `${platform.error.message} ${platform.error.hint}`,
    });
  }
  if (platforms.every((platform) => platform.error === null)) {
    notifications.show({
      title: messages.syncedTitle,
      message: messages.synced(
        total((platform) => platform.updated.length),
        total((platform) => platform.unknown.length),
        total((platform) => platform.revoked_elsewhere.length),
      ),
    });
  }
  await loadInventory();
};
