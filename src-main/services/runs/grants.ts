import type { CallerProcess } from '../ports.ts';

type Grant =
  | { readonly to: 'user' }
  | { readonly to: 'session'; readonly sessionId: number; readonly startTicks: number }
  | { readonly to: 'tree'; readonly pid: number; readonly startTicks: number };

const sameGrant = (a: Grant, b: Grant): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Who may be handed keys of an environment that wants approval. A grant belongs to a terminal session or a process
 * tree and dies when the vault locks. It guards against accidents and stray processes, not against malware of the
 * same user (docs/SECURITY.md).
 */
export class GrantBook {
  #grants: Grant[] = [];

  /**
   * Grants to the terminal session of the caller, or, where it has none, to its parent and that one's descendants;
   * to the whole user where asked, or where the system doesn't tell who called.
   */
  grant(caller: CallerProcess | null, scope: 'tree' | 'user'): void {
    const grant = grantFor(caller, scope);
    if (!this.#grants.some((known) => sameGrant(known, grant))) this.#grants.push(grant);
  }

  covers(caller: CallerProcess | null): boolean {
    return this.#grants.some((grant) => {
      if (grant.to === 'user') return true;
      if (caller === null) return false;
      if (grant.to === 'session') {
        return caller.sessionId === grant.sessionId && caller.sessionStartTicks === grant.startTicks;
      }
      return [caller, ...caller.ancestors].some(
        ({ pid, startTicks }) => pid === grant.pid && startTicks === grant.startTicks,
      );
    });
  }

  /** On lock. */
  clear(): void {
    this.#grants = [];
  }
}

function grantFor(caller: CallerProcess | null, scope: 'tree' | 'user'): Grant {
  if (scope === 'user' || caller === null) return { to: 'user' };
  if (caller.hasTerminal)
    return { to: 'session', sessionId: caller.sessionId, startTicks: caller.sessionStartTicks };
  const parent = caller.ancestors[0];
  // A caller whose parent has gone hangs from init: its descendants would be everybody.
  if (parent === undefined || parent.pid === 1)
    return { to: 'tree', pid: caller.pid, startTicks: caller.startTicks };
  return { to: 'tree', pid: parent.pid, startTicks: parent.startTicks };
}
