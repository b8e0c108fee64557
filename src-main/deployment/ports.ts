import type { Secret } from '../vault/secret.ts';

export interface EnvFileFacts {
  /** Where the bytes are, behind links. */
  readonly realPath: string;
  /** Why it could not be replaced as things stand, in words; null where nothing speaks against it. */
  readonly problem: string | null;
  /** What a person should know, such as that others can read the file. */
  readonly warnings: readonly string[];
}

/** Files of `NAME=value` lines that programs read when they start. */
export interface EnvFiles {
  /**
   * @param look gets the bytes, which are wiped afterwards
   * @throws {AppError} FILE_NOT_FOUND, BAD_FILE (no regular file, too large, a loop of links, somebody else's)
   */
  read<T>(path: string, look: (bytes: Buffer, facts: EnvFileFacts) => T): Promise<T>;
  /**
   * Reads, and puts what `change` gives in the file's place: completely or not at all, durable when it returns. Mode, owner and
   * the link that leads there stay. null: nothing is to be changed, and the file is not touched.
   * @throws {AppError} as `read`, and READ_ONLY, DISK_FULL, STORAGE_FAILED, TARGET_CHANGED where somebody else wrote it meanwhile
   */
  edit(path: string, change: (bytes: Buffer) => Uint8Array | null): Promise<void>;
}

export interface CommandRequest {
  /** Program and arguments; no shell. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly value: Secret;
  /** `stdin`, or the name of the variable that gets the value. */
  readonly give: { readonly to: 'stdin' } | { readonly to: 'environment'; readonly variable: string };
  /** Beside what the agent has: what the command is called for. Never a value. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Shown in the output instead of the value. */
  readonly mask: { readonly name: string; readonly publicPrefix: string };
  readonly signal: AbortSignal;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly isTimedOut: boolean;
  /** The end of what it said, masked. */
  readonly output: string;
}

export interface DeploymentCommands {
  /** @throws {AppError} FILE_NOT_FOUND, BAD_FILE */
  requireStartable(argv: readonly string[], cwd: string): void;
  /** @throws {AppError} as `requireStartable`, CANCELLED */
  run(request: CommandRequest): Promise<CommandEnd>;
}
