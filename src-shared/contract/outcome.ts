import type { ErrorView } from '../errors/app-error.ts';

/** Answers cross process borders as values: Electron keeps only the message of a thrown error. */
export type Outcome<T> =
  { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: ErrorView };

export const success = <T>(result: T): Outcome<T> => ({ ok: true, result });
export const failure = (error: ErrorView): Outcome<never> => ({ ok: false, error });
