import type { Message } from './wire.ts';

/** What the page's side of the bridge is made of; goes into the page as JSON. */
export interface BridgeParts {
  readonly origin: string;
  readonly channels: readonly string[];
  readonly events: readonly string[];
  /** The binding of the host, which is taken off `window` again. */
  readonly binding: string;
  /** The DOM event by which the host answers, and tells news. */
  readonly message: string;
}

interface PageScope {
  readonly top: unknown;
  readonly window: unknown;
  readonly location: { readonly origin: string };
  readonly addEventListener: (name: string, listener: (event: { readonly detail: unknown }) => void) => void;
  [binding: string]: unknown;
}

/**
 * Builds `window.keymolt` in the page before any of its scripts runs. Its text is what goes there, so it uses
 * nothing from outside of itself.
 */
export function installBridge({ origin, channels, events, binding, message }: BridgeParts): void {
  const scope = globalThis as unknown as PageScope;
  const tellHost = scope[binding] as (call: string) => void;
  // SECURITY: what is left on `window` is the bridge alone (test/e2e/chromium-window.spec.ts).
  Reflect.deleteProperty(scope, binding);
  if (scope.top !== scope.window || scope.location.origin !== origin) return;

  // SECURITY: the page cannot put functions of its own in the place of these later.
  const { stringify, parse } = JSON;
  const { fromCharCode } = String;
  const toBase64 = btoa;
  const encode = (_name: string, value: unknown): unknown => {
    if (!(value instanceof Uint8Array)) return value;
    let binary = '';
    for (const byte of value) binary += fromCharCode(byte);
    return { $bytes: toBase64(binary) };
  };

  const waiting = new Map<number, (outcome: unknown) => void>();
  const listeners = new Map<string, Set<(event: unknown) => void>>(events.map((name) => [name, new Set()]));
  scope.addEventListener(message, ({ detail }) => {
    const told = parse(detail as string) as Message;
    if ('news' in told) {
      for (const [name, event] of told.news) {
        for (const listener of listeners.get(name) ?? []) listener(event);
      }
      return;
    }
    waiting.get(told.id)?.(told.outcome);
    waiting.delete(told.id);
  });

  let lastId = 0;
  const call = (channel: string, request: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const payload = stringify(request, encode);
      lastId += 1;
      waiting.set(lastId, resolve);
      tellHost(stringify([lastId, channel, payload]));
    });
  const bridge: Record<string, unknown> = {
    host: 'chromium',
    on: (name: string, listener: (event: unknown) => void) => {
      listeners.get(name)?.add(listener);
      return () => listeners.get(name)?.delete(listener);
    },
  };
  for (const channel of channels) {
    const [namespace = '', method = ''] = channel.split('.');
    const methods = (bridge[namespace] ?? {}) as Record<string, unknown>;
    methods[method] = (request: unknown) => call(channel, request);
    bridge[namespace] = methods;
  }
  for (const methods of Object.values(bridge)) Object.freeze(methods);
  Object.defineProperty(scope, 'keymolt', { value: Object.freeze(bridge), enumerable: true });
}
