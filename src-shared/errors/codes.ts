/**
 * Every code an error of ours may carry, with the exit status the command line gives it; `run` has 125 for all of them
 * that come before its child, but 126 and 127.
 * Codes are a public contract: scripts match on them. `retryable` says that the same call,
 * unchanged, may go through later.
 */
export const ERROR_CODES = {
  USAGE: { exit: 2, retryable: false },
  INPUT_REQUIRED: { exit: 2, retryable: false },
  BAD_NAME: { exit: 2, retryable: false },
  BAD_VALUE: { exit: 2, retryable: false },
  BAD_REFERENCE: { exit: 2, retryable: false },
  BAD_REQUEST: { exit: 2, retryable: false },
  BAD_URL: { exit: 2, retryable: false },
  BAD_PLATFORM: { exit: 2, retryable: false },
  BAD_FILE: { exit: 2, retryable: false },
  NO_AUTHENTICATION: { exit: 2, retryable: false },
  VARIABLE_CONFLICT: { exit: 2, retryable: false },
  VARIABLE_RESERVED: { exit: 2, retryable: false },

  VAULT_MISSING: { exit: 3, retryable: false },
  VAULT_LOCKED: { exit: 3, retryable: true },
  WRONG_PASSWORD: { exit: 3, retryable: false },
  UNLOCK_BUSY: { exit: 3, retryable: true },
  APPROVAL_REQUIRED: { exit: 3, retryable: true },
  APPROVAL_DENIED: { exit: 3, retryable: false },
  KEYCHAIN_SLOT_MISSING: { exit: 3, retryable: false },

  KEY_REJECTED: { exit: 5, retryable: false },
  FORBIDDEN: { exit: 6, retryable: false },
  MODE_MISMATCH: { exit: 6, retryable: false },
  RATE_LIMITED: { exit: 7, retryable: true },

  NETWORK: { exit: 8, retryable: true },
  TIMEOUT: { exit: 8, retryable: true },
  TLS: { exit: 8, retryable: false },
  REDIRECT_REFUSED: { exit: 8, retryable: false },
  PLATFORM_ERROR: { exit: 8, retryable: true },
  PLATFORM_ANSWER: { exit: 8, retryable: false },

  ROTATION_UNFINISHED: { exit: 9, retryable: true },
  STILL_ALIVE: { exit: 9, retryable: true },

  KEY_NOT_FOUND: { exit: 10, retryable: false },
  KEY_ID_UNKNOWN: { exit: 10, retryable: false },
  ENV_NOT_FOUND: { exit: 10, retryable: false },
  PLATFORM_NOT_FOUND: { exit: 10, retryable: false },
  TARGET_NOT_FOUND: { exit: 10, retryable: false },
  FILE_NOT_FOUND: { exit: 10, retryable: false },
  NOT_FOUND: { exit: 10, retryable: false },

  VAULT_EXISTS: { exit: 11, retryable: false },
  KEY_EXISTS: { exit: 11, retryable: false },
  ENV_EXISTS: { exit: 11, retryable: false },
  PLATFORM_EXISTS: { exit: 11, retryable: false },
  TARGET_EXISTS: { exit: 11, retryable: false },
  FILE_EXISTS: { exit: 11, retryable: false },
  SANDBOX_RUNNING: { exit: 11, retryable: false },

  VAULT_DAMAGED: { exit: 12, retryable: false },
  VAULT_TAMPERED: { exit: 12, retryable: false },
  VAULT_NEWER: { exit: 12, retryable: false },

  NOTHING_TO_INJECT: { exit: 125, retryable: false },
  ENVIRONMENT_TOO_LARGE: { exit: 125, retryable: false },
  PTY_UNAVAILABLE: { exit: 125, retryable: false },
  COMMAND_NOT_EXECUTABLE: { exit: 126, retryable: false },
  COMMAND_NOT_FOUND: { exit: 127, retryable: false },

  AGENT_UNAVAILABLE: { exit: 1, retryable: true },
  NODE_TOO_OLD: { exit: 1, retryable: false },
  PROTOCOL_MISMATCH: { exit: 1, retryable: false },
  KEYCHAIN_UNAVAILABLE: { exit: 1, retryable: true },
  CLIPBOARD_UNAVAILABLE: { exit: 1, retryable: false },
  WINDOW_UNAVAILABLE: { exit: 1, retryable: false },
  DISK_FULL: { exit: 1, retryable: true },
  STORAGE_FAILED: { exit: 1, retryable: true },
  READ_ONLY: { exit: 1, retryable: false },
  VAULT_IN_USE: { exit: 1, retryable: true },
  UNSAFE_LOCATION: { exit: 1, retryable: false },
  SANDBOX_UNAVAILABLE: { exit: 1, retryable: true },
  DEPLOY_FAILED: { exit: 1, retryable: true },
  TARGET_CHANGED: { exit: 1, retryable: true },
  REFUSED: { exit: 1, retryable: false },
  INTERNAL: { exit: 1, retryable: false },
  CANCELLED: { exit: 130, retryable: true },
} as const satisfies Record<string, { exit: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text);
