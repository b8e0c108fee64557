import { inspect } from 'node:util';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** The AppError that a call ends with; fails where it succeeds or ends otherwise. */
export async function refusalOf(call: Promise<unknown>): Promise<AppError> {
  const outcome = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof AppError) return outcome.error;
  throw new Error(`expected an AppError, got ${inspect(outcome)}`);
}

/** The code of what a call throws; `none` where it throws nothing. */
export function codeThrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return 'none';
}

/** Everything of an error that could reach a log or a screen, causes included. */
export function everythingOf(error: unknown): string {
  const texts: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    texts.push(inspect(at, { depth: 10, showHidden: true }), at.message, at.stack ?? '');
    if (at instanceof AppError) texts.push(JSON.stringify(at.toView()));
  }
  return texts.join('\n');
}
