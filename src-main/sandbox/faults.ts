import { z } from 'zod';

/** What can be made to go wrong with the next requests that match. */

const shared = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** Beginning of the path, such as `/v1/hosting/api-keys`. */
  path: z.string().max(200).startsWith('/').optional(),
  /** How many matching requests; 0: all until the faults are cleared. */
  times: z.number().int().min(0).max(1_000_000).default(1),
  /** Lets so many matching requests pass before. */
  skip: z.number().int().min(0).max(1_000_000).default(0),
  /** The request takes effect before its answer goes wrong. */
  after_effect: z.boolean().default(false),
};

export const requestFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: z.number().int().min(0).max(600_000), ...shared }),
  /** The connection ends without an answer; by default after the request took effect. */
  z.strictObject({ kind: z.literal('lost_response'), ...shared, after_effect: z.boolean().default(true) }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    body: z.unknown().optional(),
    ...shared,
  }),
  /** `retry_after` is sent as it is: seconds, a date or nonsense; null leaves the header out. */
  z.strictObject({ kind: z.literal('rate_limited'), retry_after: z.string().max(100).nullable(), ...shared }),
  z.strictObject({
    kind: z.literal('redirect'),
    location: z.string().max(2000),
    status: z
      .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
      .default(302),
    ...shared,
  }),
  z.strictObject({
    kind: z.literal('html'),
    status: z.number().int().min(200).max(599).default(200),
    ...shared,
  }),
  z.strictObject({ kind: z.literal('half_json'), ...shared, after_effect: z.boolean().default(true) }),
  z.strictObject({
    kind: z.literal('huge'),
    bytes: z.number().int().min(1).max(100_000_000).default(10_000_000),
    ...shared,
  }),
  z.strictObject({ kind: z.literal('gzip_bomb'), ...shared }),
  /** One byte at a time. */
  z.strictObject({
    kind: z.literal('slow_drip'),
    interval_ms: z.number().int().min(1).max(60_000).default(200),
    ...shared,
  }),
  /** So many bytes of the answer, its head included, and then nothing: the connection stays open. */
  z.strictObject({
    kind: z.literal('stall'),
    bytes: z.number().int().min(0).max(65_536),
    ...shared,
    after_effect: z.boolean().default(true),
  }),
  z.strictObject({
    kind: z.literal('omit_field'),
    field: z.string().max(64),
    ...shared,
    after_effect: z.literal(true).default(true),
  }),
]);
export type RequestFault = z.infer<typeof requestFault>;

export interface FaultQueue {
  add(fault: RequestFault): void;
  /** The fault that this request meets, if any; uses it up by one. */
  take(method: string, path: string): RequestFault | undefined;
  list(): readonly RequestFault[];
  clear(): void;
}

const MAX_FAULTS = 1000;

export function createFaultQueue(): FaultQueue {
  let waiting: { fault: RequestFault; skip: number; left: number }[] = [];
  return {
    add(fault) {
      waiting = [
        ...waiting,
        { fault, skip: fault.skip, left: fault.times === 0 ? Number.POSITIVE_INFINITY : fault.times },
      ].slice(-MAX_FAULTS);
    },
    take(method, path) {
      for (const entry of waiting) {
        const { fault } = entry;
        if (fault.method !== undefined && fault.method !== method) continue;
        if (fault.path !== undefined && !path.startsWith(fault.path)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
        return fault;
      }
      return undefined;
    },
    list: () => waiting.map(({ fault }) => fault),
    clear: () => {
      waiting = [];
    },
  };
}
