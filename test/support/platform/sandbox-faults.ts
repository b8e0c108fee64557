import type { CallFault } from '../rotation/rotation-faults.ts';

/** A rotation has about so many calls: faults of later ones meet none. */
const CALLS = 12;

/**
 * What the sandbox's server has to be told so that the n-th call meets a fault. Waits are short: its clock is a real one.
 * @returns undefined for what is done to the agent and not to the platform
 */
export function sandboxFaultOf(number: number, fault: CallFault): object | undefined {
  const at = { path: '/v1/hosting', skip: number % CALLS };
  const effect = 'afterEffect' in fault ? { after_effect: fault.afterEffect } : {};
  switch (fault.kind) {
    case 'status':
      return fault.status === 429
        ? { ...at, kind: 'rate_limited', retry_after: fault.retryAfter === '100000' ? '100000' : '0' }
        : { ...at, ...effect, kind: 'status', status: fault.status };
    case 'reset':
    case 'timeout':
      return { ...at, ...effect, kind: 'lost_response' };
    case 'html':
    case 'half_json':
      return { ...at, ...effect, kind: fault.kind };
    case 'redirect':
      return { ...at, ...effect, kind: 'redirect', location: 'https://elsewhere.invalid/' };
    case 'no_value':
    case 'odd_value':
      return { ...at, kind: 'omit_field', field: 'key' };
    case 'late':
      return { ...at, kind: 'latency', ms: 300 };
    case 'kill':
      return undefined;
  }
}
