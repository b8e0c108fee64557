import type { z } from 'zod';
import type { Method } from './method.ts';
import { approvals } from './methods/approvals.ts';
import { audit, reports } from './methods/audit.ts';
import { agent, operations } from './methods/core.ts';
import { deployments } from './methods/deployments.ts';
import { doctor } from './methods/doctor.ts';
import { environments } from './methods/environments.ts';
import { imports, keys } from './methods/keys.ts';
import { limits, platforms, sandbox, sessions, sync } from './methods/platforms.ts';
import { overview } from './methods/overview.ts';
import { rotations } from './methods/rotations.ts';
import { profiles, runs } from './methods/runs.ts';
import { secrets } from './methods/secrets.ts';
import { vault } from './methods/vault.ts';
import { desktop, preferences } from './methods/window.ts';

/**
 * THE list of what can be asked of the core: namespace → method. Channel names, the preload object,
 * the page's types, the socket's methods, the handlers' types and the run-time checks all come from it.
 */
export const contract = {
  vault,
  agent,
  approvals,
  environments,
  platforms,
  overview,
  keys,
  imports,
  preferences,
  reports,
  secrets,
  runs,
  profiles,
  rotations,
  sessions,
  deployments,
  sync,
  limits,
  doctor,
  audit,
  sandbox,
  desktop,
  operations,
} as const satisfies Record<string, Record<string, Method>>;

export type Contract = typeof contract;
export type Namespace = keyof Contract;

/** `keys.list`, `vault.unlock`, …: derived, never written by hand. */
export type ChannelName = {
  [N in Namespace]: `${N}.${Extract<keyof Contract[N], string>}`;
}[Namespace];

type MethodOf<C extends ChannelName> = C extends `${infer N extends Namespace}.${infer M}`
  ? M extends keyof Contract[N]
    ? Contract[N][M]
    : never
  : never;

export type RequestOf<C extends ChannelName> = MethodOf<C> extends Method<infer R> ? z.infer<R> : never;
export type ResponseOf<C extends ChannelName> =
  MethodOf<C> extends Method<z.ZodType, infer R> ? z.infer<R> : never;

export const CHANNELS: ReadonlyMap<string, Method> = new Map(
  Object.entries(contract).flatMap(([namespace, methods]) =>
    Object.entries(methods as Record<string, Method>).map(
      ([name, method]) => [`${namespace}.${name}`, method] as const,
    ),
  ),
);

/** The channels that a page may call. */
export const WINDOW_CHANNELS: readonly string[] = [...CHANNELS]
  .filter(([, method]) => method.faces.includes('window'))
  .map(([name]) => name);
