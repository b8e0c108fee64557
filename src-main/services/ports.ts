import type { Place, ScreenId } from '../../src-shared/domain/place.ts';
import type { Secret } from '../vault/secret.ts';

/** A process at the other end of the socket, as the kernel tells it. */
export interface CallerProcess {
  readonly pid: number;
  /** With the pid, tells a process from a later one of the same number. */
  readonly startTicks: number;
  readonly sessionId: number;
  readonly sessionStartTicks: number;
  readonly hasTerminal: boolean;
  /** From the parent up. */
  readonly ancestors: readonly { readonly pid: number; readonly startTicks: number }[];
}

/** What a person may be told of a process. It chooses its name and its folder itself. */
export interface ProcessFacts {
  readonly name: string;
  readonly uid: number;
  /** null where the system doesn't tell. */
  readonly cwd: string | null;
}

/** What the operating system knows of processes. */
export interface ProcessTable {
  /** undefined: no such process, or a system that doesn't tell. */
  describe(pid: number): CallerProcess | undefined;
  /** undefined: as for `describe`. */
  facts(pid: number): ProcessFacts | undefined;
  /** Whether that very process (not a later one of the same pid) is still there. */
  isAlive(pid: number, startTicks: number): boolean;
}

export interface SandboxOwner {
  readonly email: string;
  readonly password: Secret;
}

/** A running sandbox platform, as its state file tells. */
export interface SandboxInfo {
  readonly baseUrl: string;
  readonly controlUrl: string;
  readonly pid: number;
  readonly hostingUrl: string;
  readonly firebase: { readonly signInUrl: string; readonly tokenUrl: string };
  readonly owners: { readonly test: SandboxOwner; readonly live: SandboxOwner };
}

export interface SandboxProcess {
  find(): Promise<SandboxInfo | undefined>;
  /** @throws {AppError} SANDBOX_RUNNING, SANDBOX_UNAVAILABLE */
  start(options: { port?: number; tier?: string }): Promise<SandboxInfo>;
  /** @returns whether there was one */
  stop(): Promise<boolean>;
}

export interface Clipboard {
  /** @returns whether clipboard histories were told to keep nothing of it. @throws {AppError} CLIPBOARD_UNAVAILABLE */
  write(value: Secret): Promise<boolean>;
  /** Clears the clipboard if it still holds exactly `value`. @returns whether it did */
  clearIfUnchanged(value: Secret): Promise<boolean>;
}

export interface LaunchRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The child's whole environment; values of keys as text, because that is what an environment is. */
  readonly environment: Readonly<Record<string, string>>;
  /** What must not be seen in the output, and the name to show instead. */
  readonly masks: readonly { readonly name: string; readonly value: Secret; readonly publicPrefix: string }[];
  readonly size: TerminalSize;
  /** The next is read once this one is settled. */
  readonly onOutput: (text: string) => Promise<void>;
  readonly onEnd: (exitCode: number | null, signal: string | null) => void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A command that was started. */
export interface LaunchedCommand {
  readonly pid: number;
  /** False: on pipes. */
  readonly isTerminal: boolean;
  /** TERM to it and all it started, KILL some seconds later; with `now` KILL at once. */
  readonly stop: (now: boolean) => void;
  /** @returns false where it has not read what was typed before */
  readonly type: (text: string) => boolean;
  readonly resize: (size: TerminalSize) => void;
}

export interface Launcher {
  /** Where a command starts that names no folder. */
  readonly homeFolder: string;
  /** The environment that a child inherits. */
  inheritedEnvironment(): Readonly<Record<string, string>>;
  /** @throws {AppError} COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, ENVIRONMENT_TOO_LARGE */
  launch(request: LaunchRequest): Promise<LaunchedCommand>;
}

/** Files that a person asked for and finds again: reports, and the calendar that is kept fresh. */
export interface Documents {
  /** Where a file of this name could lie that stays. */
  suggestedPath(name: string): string;
  /**
   * Asks the person for a place where the host can ask; elsewhere it is the folder of downloads, under a name that is free.
   * @returns undefined where the person changed their mind
   */
  choosePlace(name: string): Promise<DocumentPlace | undefined>;
  /** Asks the person for a file that is there. @returns undefined where they changed their mind. @throws {AppError} WINDOW_UNAVAILABLE, FILE_NOT_FOUND, BAD_FILE */
  chooseFile(): Promise<ChosenFile | undefined>;
  /** The whole of a file that the person chose. @throws {AppError} BAD_FILE where it is larger than `most` bytes, FILE_NOT_FOUND */
  read(path: string, most: number): Promise<Uint8Array>;
  /** The file is there completely or not at all. @throws {AppError} FILE_EXISTS, BAD_FILE, READ_ONLY, DISK_FULL, STORAGE_FAILED */
  save(place: DocumentPlace, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** As `save`, for who writes a file by its name: `write` makes one that is not there yet. */
  make<T>(place: DocumentPlace, write: (draft: string) => Promise<T>): Promise<T>;
  /**
   * Writes a file anew, but only over one that begins like it.
   * @returns whether it was another one before
   * @throws {AppError} FILE_EXISTS where something else has that name; as `save`
   */
  keepFresh(path: string, beginning: string, bytes: Uint8Array): Promise<boolean>;
}

export interface DocumentPlace {
  readonly path: string;
  /** The person was asked, and named a file that is there. */
  readonly mayReplace: boolean;
}

export interface ChosenFile {
  readonly path: string;
  readonly bytes: number;
  /** Epoch ms. */
  readonly changedAt: number;
}

/** What the window shows for print. */
export interface PagePrinter {
  /** @throws {AppError} WINDOW_UNAVAILABLE */
  toPdf(): Promise<Uint8Array>;
}

/** What the window offers to be set; null: this host cannot. */
export interface DesktopSettings {
  readonly startAtLogin: boolean | null;
  readonly notifications: boolean | null;
  readonly stayInTray: boolean | null;
}

/** The window and the person's desktop, where this process has them. */
export interface Desktop {
  settings(): DesktopSettings;
  /** Fields that are absent, and what this host cannot, stay as they are. @throws {AppError} BAD_FILE */
  set(change: { readonly [Name in keyof DesktopSettings]?: boolean | undefined }): void;
  /** Where the window is asked to be; once. A new page that is asked nothing begins where the window was left. */
  takePlace(isNewPage: boolean): Place | null;
  remember(screen: ScreenId): void;
  /** Keeps the window out of screenshots and screen sharing, where the system can. */
  protectScreen(on: boolean): void;
}
