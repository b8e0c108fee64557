import type { RecordId } from '../../vault/ports.ts';
import type { CallerProcess } from '../ports.ts';

/** Whom a grant is for. */
export type GrantHolder =
  | { readonly to: 'user' }
  | { readonly to: 'session'; readonly sessionId: number; readonly startTicks: number }
  | { readonly to: 'tree'; readonly pid: number; readonly startTicks: number };

interface Grant {
  readonly holder: GrantHolder;
  /** undefined: of every environment. */
  readonly environmentId: RecordId | undefined;
  /** Epoch ms; Infinity: until the vault locks. */
  readonly until: number;
}

/**
 * Who may be handed keys of an environment that wants approval. A grant belongs to a terminal session or a process
 * tree and dies when the vault locks. It guards against accidents and stray processes, not against malware of the
 * same user (docs/SECURITY.md).
 */
export class GrantBook {
  readonly #now: () => number;
  #grants: Grant[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Grants every environment to the terminal session of the caller, or, where it has none, to its parent and that
   * one's descendants; to the whole user where asked, or where the system doesn't tell who called.
   */
  grant(caller: CallerProcess | null, scope: 'tree' | 'user'): void {
    const holder: GrantHolder = scope === 'user' ? { to: 'user' } : holderOf(caller, caller?.ancestors[0]);
    this.grantTo(holder, undefined, Infinity);
  }

  /** @param until epoch ms; Infinity: until the vault locks */
  grantTo(holder: GrantHolder, environmentId: RecordId | undefined, until: number): void {
    const grant: Grant = { holder, environmentId, until };
    this.#grants = [
      ...this.#grants.filter(
        (known) =>
          known.until > this.#now() &&
          !(
            isSameHolder(known.holder, holder) &&
            known.environmentId === environmentId &&
            known.until <= until
          ),
      ),
      grant,
    ];
  }

  covers(caller: CallerProcess | null, environmentId: RecordId): boolean {
    const now = this.#now();
    return this.#grants.some(
      ({ holder, environmentId: only, until }) =>
        until > now && (only === undefined || only === environmentId) && isHeldBy(holder, caller),
    );
  }

  /** On lock. */
  clear(): void {
    this.#grants = [];
  }
}

export const isSameHolder = (a: GrantHolder, b: GrantHolder): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const isHeldBy = (holder: GrantHolder, caller: CallerProcess | null): boolean => {
  if (holder.to === 'user') return true;
  if (caller === null) return false;
  if (holder.to === 'session')
    return caller.sessionId === holder.sessionId && caller.sessionStartTicks === holder.startTicks;
  return [caller, ...caller.ancestors].some(
    ({ pid, startTicks }) => pid === holder.pid && startTicks === holder.startTicks,
  );
};

/** @param root the process whose descendants are meant, where the caller has no terminal; undefined: the caller itself */
export const holderOf = (
  caller: CallerProcess | null,
  root: { readonly pid: number; readonly startTicks: number } | undefined,
): GrantHolder => {
  if (caller === null) return { to: 'user' };
  if (caller.hasTerminal)
    return { to: 'session', sessionId: caller.sessionId, startTicks: caller.sessionStartTicks };
  // A caller whose parent has gone hangs from init: its descendants would be everybody.
  const { pid, startTicks } = root === undefined || root.pid === 1 ? caller : root;
  return { to: 'tree', pid, startTicks };
};
