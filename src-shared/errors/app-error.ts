import { ERROR_CODES, type ErrorCode } from './codes.ts';

/** Facts that go with an error to a person or a script. Never a value, a passphrase or a header. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** The shape of an error outside the core: on the socket, over IPC, in `--json`. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly exit: number;
  readonly details?: ErrorDetails;
}

/**
 * An expected failure: shown to the person, handled by the caller. `message` says what happened and why,
 * `hint` what to do next; both are built from safe fields only. `cause` stays inside the core.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: ErrorDetails | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    hint = '',
    more: { details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = hint;
    this.details = more.details;
  }

  get exit(): number {
    return ERROR_CODES[this.code].exit;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  toView(): ErrorView {
    const { code, message, hint, retryable, exit } = this;
    return this.details === undefined
      ? { code, message, hint, retryable, exit }
      : { code, message, hint, retryable, exit, details: this.details };
  }
}

/** Turns an error that crossed a process border back into one that can be thrown. */
export const fromErrorView = (view: ErrorView): AppError =>
  new AppError(
    view.code,
    view.message,
    view.hint,
    view.details === undefined ? {} : { details: view.details },
  );
