import { notifications } from '@mantine/notifications';
import { ask } from '../../bridge.ts';
import { loadInventory } from '../../state/core/inventory.ts';
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
  const failed = platforms.flatMap(({ platform, error }) => (error === null ? [] : [{ platform, error }]));
  const [first] = failed;
  if (first !== undefined) {
    // One notice, however many: a network that is gone takes them all.
    notifications.show({
      color: 'red',
      title: messages.syncFailed(failed.map(({ platform }) => platform)),
      message: `${first.error.message} ${first.error.hint}`,
    });
  } else {
    notifications.show({
      title: messages.syncedTitle,
      message: messages.synced(
        total((platform) => platform.updated.length),
        total((platform) => platform.unknown.length),
        total((platform) => platform.revoked_elsewhere.length),
      ),
    });
  }
  for (const { key, key_id, name } of platforms.flatMap(({ proposed }) => proposed))
    notifications.show({
      title: messages.proposedTitle(key),
      message: messages.proposed(name, key_id),
      autoClose: false,
    });
  await loadInventory();
};
