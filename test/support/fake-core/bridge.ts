import './schemas-without-code.ts';
import type { Bridge } from '../../../src-shared/contract/bridge.ts';
import {
  type ChannelName,
  contract,
  type RequestOf,
  WINDOW_CHANNELS,
} from '../../../src-shared/contract/channels.ts';
import type { EventName } from '../../../src-shared/contract/events.ts';
import type { Method } from '../../../src-shared/contract/method.ts';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import { choiceHandlers } from './choices.ts';
import { done, fail, FakeCore, type Handlers } from './core.ts';
import { desktopHandlers } from './desktop.ts';
import { keysHandlers } from './keys.ts';
import { platformsHandlers } from './platforms.ts';
import { runsHandlers } from './runs.ts';
import type { Scenario } from './scenario.ts';
import { targetsHandlers } from './targets.ts';
import { vaultHandlers } from './vault.ts';
import { beginDoctor, workHandlers } from './work.ts';

/** A core in the page, for working on the window and testing it without the real one. Keeps no secret. */
export const createFakeBridge = (scenario: Scenario): Bridge => {
  const core = new FakeCore(scenario);
  const handlers: Handlers = {
    ...vaultHandlers(core),
    ...keysHandlers(core),
    ...workHandlers(core),
    ...runsHandlers(core),
    ...desktopHandlers(core),
    ...choiceHandlers(core),
    ...targetsHandlers(core),
    ...platformsHandlers(core),
  };

  const answer = async (channel: ChannelName, request: unknown): Promise<Outcome<unknown>> => {
    const [namespace, method] = channel.split('.') as [keyof typeof contract, string];
    const { request: schema } = (contract[namespace] as Record<string, Method>)[method]!;
    const checked = schema.safeParse(request);
    if (!checked.success) return fail('BAD_REQUEST', `${channel}: ${checked.error.message}`, '');
    const isWholeList =
      channel === 'keys.list' && (checked.data as RequestOf<'keys.list'>).first === undefined;
    const wait =
      core.scenario.onlyFirstKeys === true && isWholeList ? -1 : (core.scenario.slow?.[channel] ?? 0);
    if (channel === 'doctor.run' && wait !== 0) beginDoctor(core, checked.data as RequestOf<'doctor.run'>);
    if (channel === 'audit.save' && wait !== 0)
      core.emit('operationProgress', {
        operation_id: (checked.data as RequestOf<'audit.save'>).operation_id ?? '',
        done: 4000,
        total: core.scenario.auditEntries ?? 0,
        what: 'audit log',
      });
    if (wait < 0) return new Promise(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (core.scenario.lost?.includes(channel) === true)
      throw new DOMException('the channel is closed', 'AbortError');
    const planned = core.scenario.fails?.[channel];
    if (planned !== undefined) return fail(planned.code, planned.message, planned.hint);
    const handler = handlers[channel] as ((request: unknown) => Outcome<unknown>) | undefined;
    return handler === undefined ? done : handler(checked.data);
  };

  const bridge: Record<string, unknown> = {
    // The one host that can be set to something.
    host: scenario.desktop === undefined ? 'chromium' : 'electron',
    on: (name: EventName, listener: (event: never) => void) => core.on(name, listener),
  };
  for (const channel of WINDOW_CHANNELS as readonly ChannelName[]) {
    const [namespace, method] = channel.split('.') as [string, string];
    bridge[namespace] = {
      ...(bridge[namespace] as Record<string, unknown> | undefined),
      [method]: (request: unknown) => answer(channel, request),
    };
  }
  /** Lets a test do from outside what the core would do by itself. */
  Object.assign(globalThis, { fakeCore: core });
  return bridge as unknown as Bridge;
};
