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
  /** Only for commands that this process started itself. */
  readonly stop?: () => void;
}

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

  /** @returns whether there is such a run, started by this process */
  stop(runId: string): boolean {
    const stop = this.#entries.get(runId)?.stop;
    stop?.();
    return stop !== undefined;
  }

  /** @param fingerprintNow the present fingerprint of a key, undefined where it can't be told (locked) or is gone */
  list(fingerprintNow: (id: RecordId) => string | null | undefined): RunView[] {
    for (const { runId, pid, startTicks } of this.#entries.values()) {
      if (!this.#processes.isAlive(pid, startTicks)) this.#entries.delete(runId);
    }
    return [...this.#entries.values()].map(({ runId, pid, command, cwd, env, since, keys }) => ({
      run_id: runId,
      pid,
      command,
      cwd,
      env,
      since,
      keys: keys.map(({ address }) => address),
      laggard: keys.some(({ id, fingerprint }) => {
        const now = fingerprintNow(id);
        return now !== undefined && now !== fingerprint;
      }),
    }));
  }
}
