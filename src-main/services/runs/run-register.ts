import type { RunView } from '../../../src-shared/contract/views.ts';
import type { RecordId } from '../../vault/ports.ts';
import type { ProcessTable } from '../ports.ts';

export interface HeldKey {
  readonly id: RecordId;
  /** `env/name`, as it was when the run started. */
  readonly address: string;
  readonly fingerprint: string;
}

export interface RunEntry {
  readonly runId: string;
  readonly pid: number;
  readonly startTicks: number;
  /** The command's name; arguments are never kept, they may hold anything. */
  readonly command: string;
  readonly cwd: string;
  readonly env: string;
  readonly since: string;
  readonly keys: readonly HeldKey[];
  /** Starts anew when one of its keys has another value. */
  readonly watches?: boolean;
}

/** The present fingerprint of a key; undefined where it can't be told (locked), null where the key is gone. */
export type FingerprintNow = (id: RecordId) => string | null | undefined;

/** Which running process holds which key. Processes that ended without saying so are found by their pid. */
export class RunRegister {
  readonly #entries = new Map<string, RunEntry>();
  readonly #processes: ProcessTable;

  constructor(processes: ProcessTable) {
    this.#processes = processes;
  }

  add(entry: RunEntry): void {
    this.#entries.set(entry.runId, entry);
  }

  end(runId: string): void {
    this.#entries.delete(runId);
  }

  /** @returns undefined where there is no such run, or its process has ended */
  find(runId: string): RunEntry | undefined {
    return this.running().find((entry) => entry.runId === runId);
  }

  /** The runs whose processes are there. */
  running(): readonly RunEntry[] {
    for (const { runId, pid, startTicks } of this.#entries.values()) {
      if (!this.#processes.isAlive(pid, startTicks)) this.#entries.delete(runId);
    }
    return [...this.#entries.values()];
  }

  list(fingerprintNow: FingerprintNow): RunView[] {
    return this.running().map((entry) => ({
      run_id: entry.runId,
      pid: entry.pid,
      command: entry.command,
      cwd: entry.cwd,
      env: entry.env,
      since: entry.since,
      keys: entry.keys.map(({ address }) => address),
      laggard: changedKeys(entry, fingerprintNow).length > 0,
    }));
  }
}

/** The keys of a run whose value is another one by now. */
export const changedKeys = ({ keys }: RunEntry, fingerprintNow: FingerprintNow): readonly HeldKey[] =>
  keys.filter(({ id, fingerprint }) => {
    const now = fingerprintNow(id);
    return now !== undefined && now !== fingerprint;
  });
