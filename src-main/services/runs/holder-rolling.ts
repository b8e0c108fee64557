import type { RecordId } from '../../vault/ports.ts';

/** A running command that holds a key. */
export interface Holder {
  readonly runId: string;
  readonly pid: number;
  /** The command's name, never its arguments. */
  readonly command: string;
  /** Started with `--watch`: it can be rolled. */
  readonly watches: boolean;
  /** Holds the value that the vault has now. */
  readonly isCurrent: boolean;
}

/** What a rotation asks of the commands that hold a key. */
export interface HolderRolling {
  /** The commands that are running now and were given this key's value, whichever value it was then. */
  holdersOf(keyId: RecordId): readonly Holder[];
  /**
   * Until the returned function is called, a change of this key's value restarts no command by itself: whoever asked
   * rolls them one after the other.
   */
  rollByHand(keyId: RecordId): () => void;
  /**
   * Has a `--watch` command start anew with the values that the vault has now.
   * @returns once it has restarted, or has ended: either way it holds no older value
   * @throws {AppError} NOT_FOUND for a command that is not watching; CANCELLED by `signal`
   */
  roll(runId: string, signal: AbortSignal): Promise<void>;
}
