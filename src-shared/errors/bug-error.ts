/** A mistake of ours, not of the person or the world: a broken invariant. Logged, and shown as INTERNAL. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Marks a place that the types say cannot be reached; `what` names the union that grew. */
export function assertNever(value: never, what: string): never {
  throw new BugError(`unhandled ${what}: ${typeof value}`);
}
