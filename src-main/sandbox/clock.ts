/** The sandbox's own clock: runs with the machine's, and can be moved. */
export interface SandboxClock {
  now(): number;
  advance(ms: number): void;
  set(ms: number): void;
  reset(): void;
}

export function createSandboxClock(machineNow: () => number): SandboxClock {
  let offsetMs = 0;
  return {
    now: () => machineNow() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
    set: (ms) => {
      offsetMs = ms - machineNow();
    },
    reset: () => {
      offsetMs = 0;
    },
  };
}
