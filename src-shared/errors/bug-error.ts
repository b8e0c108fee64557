/** A mistake of ours, not of the person or the world: a broken invariant. Logged, and shown as INTERNAL. */
export class BugError extends Error {
  override readonly name = 'BugError';
}
