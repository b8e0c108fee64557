import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import type { Call, Core } from '../services/context.ts';
import type { Secret } from '../vault/secret.ts';

/** A request as a handler sees it: schema-checked, and secret bytes wrapped. The dispatcher wipes them afterwards. */
export type Checked<Request> = {
  [Field in keyof Request]: NonNullable<Request[Field]> extends Uint8Array
    ? Secret | Exclude<Request[Field], Uint8Array>
    : Request[Field];
};

export type Handler<Channel extends ChannelName> = (
  core: Core,
  call: Call,
  request: Checked<RequestOf<Channel>>,
) => ResponseOf<Channel> | Promise<ResponseOf<Channel>>;

/** One handler for each channel of the contract; a missing one is a compile error. */
export type Handlers = { readonly [Channel in ChannelName]: Handler<Channel> };
