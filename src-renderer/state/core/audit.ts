import { create } from 'zustand';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { AuditEntryView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import { useStatus } from './status.ts';

export type AuditVerdict = ResponseOf<'audit.verify'>;
export type SavedAudit = NonNullable<ResponseOf<'audit.save'>['saved']>;

interface AuditState {
  /** Newest first, as far back as was asked for. */
  readonly entries: readonly AuditEntryView[];
  readonly hasOlder: boolean;
  readonly doing: 'nothing' | 'loading' | 'verifying';
  /** A file is being written; null: none is. `progress` is null while the person is asked where. */
  readonly saving: {
    readonly id: string;
    readonly progress: { readonly done: number; readonly total: number } | null;
  } | null;
  readonly problem: ErrorView | null;
  readonly verdict: AuditVerdict | null;
  /** The file that was written last. */
  readonly saved: SavedAudit | null;
}

const PAGE = 200;
const nothing: AuditState = {
  entries: [],
  hasOlder: false,
  doing: 'nothing',
  saving: null,
  problem: null,
  verdict: null,
  saved: null,
};

/** The audit log as the core last told it. Emptied when the vault locks. */
export const useAudit = create<AuditState>(() => nothing);

const merged = (
  before: readonly AuditEntryView[],
  page: readonly AuditEntryView[],
): readonly AuditEntryView[] =>
  [...new Map([...before, ...page].map((entry) => [entry.seq, entry])).values()].sort(
    (a, b) => b.seq - a.seq,
  );

const load = async (beforeSeq?: number): Promise<void> => {
  useAudit.setState({ doing: 'loading' });
  const outcome = await ask((core) =>
    core.audit.list({ limit: PAGE, ...(beforeSeq === undefined ? {} : { before_seq: beforeSeq }) }),
  );
  // A lock in the meantime has emptied the state; an answer from before it must not fill it again.
  if (useStatus.getState().status?.vault !== 'unlocked') return;
  if (!outcome.ok) {
    useAudit.setState({ doing: 'nothing', problem: outcome.error });
    return;
  }
  const page = outcome.result.entries;
  useAudit.setState(({ entries, hasOlder }) => ({
    doing: 'nothing',
    problem: null,
    entries: merged(entries, page),
    hasOlder: beforeSeq === undefined && entries.length > 0 ? hasOlder : page.length === PAGE,
  }));
};

export const loadAudit = (): Promise<void> => load();
export const loadOlderAudit = (): Promise<void> => load(useAudit.getState().entries.at(-1)?.seq);

export const verifyAudit = async (): Promise<void> => {
  useAudit.setState({ doing: 'verifying' });
  const outcome = await ask((core) => core.audit.verify({}));
  useAudit.setState({
    doing: 'nothing',
    ...(outcome.ok ? { verdict: outcome.result, saved: null } : { problem: outcome.error }),
  });
};

/** The whole log as a file, where the person says in the host's dialog. */
export const saveAudit = async (): Promise<void> => {
  if (useAudit.getState().saving !== null) return;
  const id = crypto.randomUUID();
  useAudit.setState({ saving: { id, progress: null }, problem: null });
  const stop = listen('operationProgress', ({ operation_id: of, done, total }) => {
    if (of === id) useAudit.setState({ saving: { id, progress: { done, total } } });
  });
  const outcome = await ask((core) => core.audit.save({ operation_id: id }));
  stop();
  // A lock in the meantime has emptied the state.
  if (useAudit.getState().saving?.id !== id) return;
  useAudit.setState({ saving: null });
  if (!outcome.ok) {
    if (outcome.error.code !== 'CANCELLED') useAudit.setState({ problem: outcome.error });
  } else if (outcome.result.saved !== null) useAudit.setState({ saved: outcome.result.saved, verdict: null });
};

export const stopSavingAudit = (): void => {
  const { saving } = useAudit.getState();
  if (saving !== null) void ask((core) => core.operations.cancel({ operation_id: saving.id }));
};

/** Keeps the log in step with the core while it is looked at. @returns the way to stop */
export const watchAudit = (): (() => void) => {
  void loadAudit();
  return listen('dataChanged', () => void loadAudit());
};

/** Once, when the page loads. */
export const followAudit = (): void => {
  useStatus.subscribe(({ status }) => {
    if (status?.vault !== 'unlocked') useAudit.setState(nothing, true);
  });
};
