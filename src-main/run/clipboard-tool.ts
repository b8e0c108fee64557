import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** A program of the system that reaches its clipboard: how it is called for what. */
export interface ClipboardTool {
  /**
   * Writes, and tells clipboard histories to keep nothing of it; absent where no program here can. Tried before `write`, which
   * takes its place where it fails: an older program may not know how.
   */
  readonly writeConcealed?: readonly string[];
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly clear: readonly string[];
}

// Marks the text `x-kde-passwordManagerHint: secret`, which Klipper and others heed; wl-clipboard 2.3 and later. An X11
// selection has one owner, and neither xclip nor xsel can offer a second target beside the text.
const WAYLAND: ClipboardTool = {
  writeConcealed: ['wl-copy', '--sensitive', '--type', 'text/plain'],
  write: ['wl-copy', '--type', 'text/plain'],
  read: ['wl-paste', '--no-newline'],
  clear: ['wl-copy', '--clear'],
};
const XCLIP: ClipboardTool = {
  write: ['xclip', '-selection', 'clipboard', '-in'],
  read: ['xclip', '-selection', 'clipboard', '-out'],
  clear: ['xclip', '-selection', 'clipboard', '-in'],
};
const XSEL: ClipboardTool = {
  write: ['xsel', '--clipboard', '--input'],
  read: ['xsel', '--clipboard', '--output'],
  clear: ['xsel', '--clipboard', '--clear'],
};
/** http://nspasteboard.org: histories leave alone what has the type ConcealedType. */
const MACOS_CONCEALED = `ObjC.import('AppKit');
const bytes = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile;
const text = $.NSString.alloc.initWithDataEncoding(bytes, $.NSUTF8StringEncoding);
const board = $.NSPasteboard.generalPasteboard;
board.clearContents;
board.setStringForType(text, 'public.utf8-plain-text');
board.setStringForType('', 'org.nspasteboard.ConcealedType');
board.setStringForType('', 'org.nspasteboard.TransientType');`;

/** "Cloud Clipboard and Clipboard History Formats" of Windows: the three formats, each a DWORD of 0. */
const WINDOWS_CONCEALED = `Add-Type -AssemblyName System.Windows.Forms
$in = New-Object IO.MemoryStream
[Console]::OpenStandardInput().CopyTo($in)
$data = New-Object Windows.Forms.DataObject
$data.SetText([Text.Encoding]::UTF8.GetString($in.ToArray()))
foreach ($format in 'ExcludeClipboardContentFromMonitorProcessing', 'CanIncludeInClipboardHistory', 'CanUploadToCloudClipboard') {
  $data.SetData($format, $false, (New-Object IO.MemoryStream(,[byte[]](0, 0, 0, 0))))
}
[Windows.Forms.Clipboard]::SetDataObject($data, $true, 5, 100)`;

const MACOS: ClipboardTool = {
  writeConcealed: ['osascript', '-l', 'JavaScript', '-e', MACOS_CONCEALED],
  write: ['pbcopy'],
  read: ['pbpaste'],
  clear: ['pbcopy'],
};
const WINDOWS: ClipboardTool = {
  writeConcealed: ['powershell.exe', '-NoProfile', '-NonInteractive', '-Sta', '-Command', WINDOWS_CONCEALED],
  write: ['clip.exe'],
  read: ['powershell.exe', '-NoProfile', '-Command', '[Console]::Out.Write((Get-Clipboard -Raw))'],
  clear: ['clip.exe'],
};

const TOOL_TIMEOUT_MS = 3000;

/**
 * Puts a secret on the clipboard with the system's own tool, by stdin, and starts a small process that takes it off
 * again if it is still there. SECURITY: the clearer gets a hash to compare with, never the value, and nothing secret
 * is in an argument (test/cli/keys/clipboard.test.ts).
 * @throws {AppError} CLIPBOARD_UNAVAILABLE
 */
export const copyToClipboard = async (
  value: Buffer,
  { clearAfterMs }: { readonly clearAfterMs: number },
): Promise<void> => {
  const tool = findClipboardTool(process.env);
  if (tool === undefined) {
    throw new AppError(
      'CLIPBOARD_UNAVAILABLE',
      'there is no clipboard to be reached from here',
      clipboardHint(process.platform),
    );
  }
  await writeClipboard(tool, value);
  startClearer(tool, value, clearAfterMs);
};

/** @returns undefined where there is no clipboard, or no program for it */
export const findClipboardTool = (
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): ClipboardTool | undefined => {
  if (platform === 'darwin') return MACOS;
  if (platform === 'win32') return WINDOWS;
  const candidates = [
    ...((env['WAYLAND_DISPLAY'] ?? '') === '' ? [] : [WAYLAND]),
    ...((env['DISPLAY'] ?? '') === '' ? [] : [XCLIP, XSEL]),
    ...((env['WSL_DISTRO_NAME'] ?? '') === '' ? [] : [WINDOWS]),
  ];
  return candidates.find(({ write: [name = ''] }) => isOnPath(name, env));
};

const clipboardHint = (platform: NodeJS.Platform): string =>
  platform === 'linux'
    ? 'in a graphical session install wl-clipboard, xclip or xsel; or use `keymolt run`'
    : 'use `keymolt run`, or `keymolt read --reveal`';

const isOnPath = (name: string, env: Readonly<Record<string, string | undefined>>): boolean =>
  (env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    if (!path.isAbsolute(folder)) return false;
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** @returns whether clipboard histories were told to keep nothing of it. @throws {AppError} CLIPBOARD_UNAVAILABLE */
export const writeClipboard = async (tool: ClipboardTool, bytes: Uint8Array): Promise<boolean> => {
  if (tool.writeConcealed !== undefined) {
    try {
      await feed(tool.writeConcealed, bytes);
      return true;
    } catch {
      // An older program; what it cannot do is said to the person.
    }
  }
  await feed(tool.write, bytes);
  return false;
};

/** @throws {AppError} CLIPBOARD_UNAVAILABLE */
export const clearClipboard = (tool: ClipboardTool): Promise<void> => feed(tool.clear, new Uint8Array(0));

/** @returns what is on the clipboard; nothing where it cannot be read */
export const readClipboard = ({ read: [file = '', ...args] }: ClipboardTool): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: TOOL_TIMEOUT_MS });
    child.once('error', () => resolve(Buffer.alloc(0)));
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('close', () => resolve(Buffer.concat(chunks)));
  });

const feed = ([file = '', ...args]: readonly string[], bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new AppError(
          'CLIPBOARD_UNAVAILABLE',
          `${file} could not put it on the clipboard (${why})`,
          'use `keymolt run` instead',
        ),
      );
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: TOOL_TIMEOUT_MS });
    child.once('error', (error) => fail(error.message));
    // Not `close`: xclip stays in the background to serve the clipboard.
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else fail(signal ?? `code ${String(code)}`);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(bytes);
  });

/** The clearer's program: waits, and empties the clipboard if what is on it still has the hash it was given. */
const CLEARER = `
const { spawnSync } = require('node:child_process');
const { createHmac, timingSafeEqual } = require('node:crypto');
const { delayMs, salt, hash, tool } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
setTimeout(() => {
  const [reader, ...args] = tool.read;
  const { stdout } = spawnSync(reader, args, { timeout: 3000 });
  const found = createHmac('sha256', Buffer.from(salt, 'hex')).update(stdout ?? '').digest();
  if (!timingSafeEqual(found, Buffer.from(hash, 'hex'))) return;
  const [clearer, ...rest] = tool.clear;
  spawnSync(clearer, rest, { input: '', timeout: 3000 });
}, delayMs);
`;

const startClearer = (tool: ClipboardTool, value: Buffer, delayMs: number): void => {
  const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
  // SECURITY: salted, so that what the clearer holds cannot be compared with hashes made elsewhere.
  const salt = randomBytes(32);
  const hash = createHmac('sha256', salt).update(value).digest('hex');
  const child = spawn(process.execPath, ['-e', CLEARER], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: path.parse(process.cwd()).root,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ delayMs, salt: salt.toString('hex'), hash, tool }));
  child.unref();
};
