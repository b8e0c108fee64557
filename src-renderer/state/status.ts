import { create } from 'zustand';
import type { StatusView } from '../../src-shared/contract/views.ts';
import { ask, listen, onCoreLost } from '../bridge.ts';

interface StatusState {
  /** Null until the core has answered once. */
  readonly status: StatusView | null;
  /** Epoch ms at which `status` was told; what it says in milliseconds counts from here. */
  readonly toldAt: number;
  readonly connection: 'connecting' | 'connected' | 'lost';
}

/** What the core says of itself: the vault's state, its lock, its runs. */
export const useStatus = create<StatusState>(() => ({ status: null, toldAt: 0, connection: 'connecting' }));

const told = (status: StatusView) =>
  useStatus.setState({ status, toldAt: Date.now(), connection: 'connected' });

export const refreshStatus = async (): Promise<void> => {
  const outcome = await ask((core) => core.vault.status({}));
  if (outcome.ok) told(outcome.result);
  else useStatus.setState({ connection: 'lost' });
};

/** Starts listening to the core; once, when the page loads. */
export const followStatus = (): void => {
  listen('statusChanged', told);
  onCoreLost(() => useStatus.setState({ connection: 'lost' }));
  void refreshStatus();
};

export const lockVault = async (): Promise<void> => {
  await ask((core) => core.vault.lock({}));
  await refreshStatus();
};
