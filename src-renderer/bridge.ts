import type { Bridge } from '../src-shared/contract/bridge.ts';
import { type Crossed, uncross } from '../src-shared/contract/columns.ts';
import type { EventName, EventOf } from '../src-shared/contract/events.ts';
import { failure, type Outcome } from '../src-shared/contract/outcome.ts';

declare global {
  interface Window {
    /** Put there by a window host; absent in an ordinary browser. */
    readonly keymolt?: Bridge;
  }
}

/** The one place of the page that reads `window.keymolt`. */
const bridge: Bridge | undefined = window.keymolt;

const lostListeners = new Set<() => void>();

/** Called whenever a request did not come back at all: the core, or the host, is gone. */
export const onCoreLost = (listener: () => void): (() => void) => {
  lostListeners.add(listener);
  return () => lostListeners.delete(listener);
};

/** The outcome of a request that was lost; no other outcome is this object. */
export const LOST: Outcome<never> = failure({
  code: 'AGENT_UNAVAILABLE',
  message: 'The core of Keymolt did not answer.',
  hint: 'Your vault is closed and safe. Try again, or close this window and open Keymolt anew.',
  retryable: true,
  exit: 1,
});

const lost = (): Outcome<never> => {
  for (const listener of lostListeners) listener();
  return LOST;
};

/** Asks the core. Never rejects: a request that was lost is an outcome too. */
export const ask = async <T>(request: (core: Bridge) => Promise<Crossed<T>>): Promise<Outcome<T>> => {
  if (bridge === undefined) return lost();
  try {
    return uncross(await request(bridge));
  } catch {
    return lost();
  }
};

/** Listens to an event of the core. @returns the way to stop */
export const listen = <E extends EventName>(name: E, listener: (event: EventOf<E>) => void): (() => void) =>
  bridge?.on(name, listener) ?? (() => undefined);

/** Which host shows the page; undefined in an ordinary browser. */
export const hostKind = (): Bridge['host'] | undefined => bridge?.host;

/** Whether a window host put the bridge there; an ordinary browser does not. */
export const isInWindow = (): boolean => bridge !== undefined;
