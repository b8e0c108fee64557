import type { z } from 'zod';
import type { ChannelName, Contract, Namespace, RequestOf, ResponseOf } from './channels.ts';
import type { Crossed } from './columns.ts';
import type { EventName, EventOf } from './events.ts';
import type { Method } from './method.ts';

/** `window.keymolt`: one function a window method, plus `on`. Both hosts provide exactly this object. */
export type Bridge = {
  readonly [N in Namespace]: {
    readonly [
      M in Extract<keyof Contract[N], string> as 'window' extends FacesOf<N, M> ? M : never
    ]: `${N}.${M}` extends infer C
      ? C extends ChannelName
        ? (request: RequestOf<C>) => Promise<Crossed<ResponseOf<C>>>
        : never
      : never;
  };
} & {
  /** Listens to an event; returns the way to stop. */
  readonly on: <E extends EventName>(name: E, listener: (event: EventOf<E>) => void) => () => void;
  /** Which host shows the page, for what a page must word differently. */
  readonly host: 'electron' | 'chromium';
};

type FacesOf<N extends Namespace, M extends keyof Contract[N]> =
  Contract[N][M] extends Method<z.ZodType, z.ZodType, infer F> ? F : never;
