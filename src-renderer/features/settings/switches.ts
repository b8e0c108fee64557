import { notifications } from '@mantine/notifications';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import { ask } from '../../bridge.ts';
import { refreshStatus } from '../../state/core/status.ts';
import { messages } from './messages.ts';

/** Says what went wrong, if anything did. @returns whether it did */
export const showFailure = (outcome: Outcome<unknown>): boolean => {
  if (!outcome.ok)
    notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
  return !outcome.ok;
};

export const setSandbox = async (isOn: boolean): Promise<void> => {
  showFailure(await ask<unknown>((core) => (isOn ? core.sandbox.start({}) : core.sandbox.stop({}))));
  await refreshStatus();
};

export const setKeychain = async (enabled: boolean, detail: string): Promise<void> => {
  const failed = showFailure(await ask((core) => core.vault.setKeychain({ enabled })));
  await refreshStatus();
  if (!failed)
    notifications.show({ message: enabled ? messages.keychainIsOn(detail) : messages.keychainIsOff });
};
