import { create } from 'zustand';
import type { ApprovalView } from '../../../src-shared/contract/views.ts';
import { ask, listen } from '../../bridge.ts';
import { useStatus } from './status.ts';

interface ApprovalsState {
  /** What programs wait for, the oldest first. */
  readonly approvals: readonly ApprovalView[];
}

export const useApprovals = create<ApprovalsState>(() => ({ approvals: [] }));

/** Asking tells the core, too, that somebody is here to be asked. */
const refresh = async (): Promise<void> => {
  const outcome = await ask((core) => core.approvals.list({}));
  if (outcome.ok) useApprovals.setState({ approvals: outcome.result.approvals });
};

/** Starts listening; once, when the page loads. */
export const followApprovals = (): void => {
  listen('approvalsChanged', ({ approvals }) => useApprovals.setState({ approvals }));
  useStatus.subscribe(({ status }, before) => {
    if (status?.vault === 'unlocked' && before.status?.vault !== 'unlocked') void refresh();
  });
};
