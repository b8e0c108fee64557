/** The calendar of due dates, as the rest of the core sees it. */
export interface DueFeedState {
  readonly writtenAt: string | null;
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export interface DueFeed {
  readonly state: DueFeedState;
  /** Keys changed, or the vault was opened: writes the file in a moment, once for all changes of that moment. */
  readonly changed: () => void;
  readonly writeNow: () => Promise<void>;
  readonly close: () => void;
}
