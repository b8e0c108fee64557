import { create } from 'zustand';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen, LOST, onCoreLost } from '../../bridge.ts';

interface StatusState {
  /** Null until the core has answered once. */
  readonly status: StatusView | null;
  /** Epoch ms at which `status` was told; what it says in milliseconds counts from here. */
  readonly toldAt: number;
  /** `refused`: the core is there, and says why it cannot open. */
  readonly connection: 'connecting' | 'connected' | 'refused' | 'lost';
  readonly refusal: ErrorView | null;
}

/** What the core says of itself: the vault's state, its lock, its runs. */
export const useStatus = create<StatusState>(() => ({
  status: null,
  toldAt: 0,
  connection: 'connecting',
  refusal: null,
}));

const told = (status: StatusView) =>
  useStatus.setState({ status, toldAt: Date.now(), connection: 'connected', refusal: null });

export const refreshStatus = async (): Promise<void> => {
  const outcome = await ask((core) => core.vault.status({}));
  if (outcome.ok) told(outcome.result);
  else if (outcome !== LOST) useStatus.setState({ connection: 'refused', refusal: outcome.error });
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
