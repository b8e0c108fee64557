import {
  type Assignment,
  BACKSLASH,
  BLANK,
  DOUBLE,
  EQUALS,
  HASH,
  NEWLINE,
  RETURN,
  SEMICOLON,
  SINGLE,
  TAB,
  textOf,
} from './assignment.ts';

const isNewline = (byte: number): boolean => byte === NEWLINE || byte === RETURN;
const isBlank = (byte: number): boolean => byte === BLANK || byte === TAB || isNewline(byte);
/** What a backslash between double quotes takes the meaning of: `"`, `\`, `` ` ``, `$`. */
const isEscapable = (byte: number): boolean =>
  byte === DOUBLE || byte === BACKSLASH || byte === 0x60 || byte === 0x24;

type State =
  | 'before'
  | 'name'
  | 'gap'
  | 'plain'
  | 'escape'
  | 'single'
  | 'double'
  | 'double-escape'
  | 'comment'
  | 'comment-escape';

/**
 * Reads a file as `EnvironmentFile=` of a systemd unit does (systemd.exec(5); the states are those of its reader): comments
 * begin with # or ; on a line of their own, quotes may stand in parts of a value, a backslash before the end of a line joins
 * the next, and there is no `export`.
 */
export function readSystemdEnv(file: Uint8Array): Assignment[] {
  const found: Assignment[] = [];
  let state: State = 'before';
  let name: number[] = [];
  let value: number[] = [];
  let equalsAt = 0;
  let start = 0;
  let end = 0;
  /** How much of the value stays when the blanks at its end are dropped. */
  let kept = 0;
  let parts: string[] = [];

  const push = (): void => {
    const isEmpty = start === -1;
    const from = isEmpty ? equalsAt + 1 : start;
    const to = isEmpty ? from : end;
    const kind = parts.length > 1 ? 'mixed' : (parts[0] ?? '');
    found.push({
      name: trimEnd(textOf(name)),
      value: Uint8Array.from(value.slice(0, kept)),
      start: from,
      end: to,
      quote: kind === '"' || kind === "'" || kind === 'mixed' ? kind : '',
      isOnLaterLine: file.subarray(equalsAt, from).some(isNewline),
    });
    name = [];
  };
  const take = (byte: number, at: number): void => {
    value.push(byte);
    kept = value.length;
    end = at + 1;
  };
  const begin = (at: number, part: string): void => {
    if (start === -1) start = at;
    parts.push(part);
  };

  for (let at = 0; at < file.length; at += 1) {
    const byte = file[at] ?? 0;
    switch (state) {
      case 'before':
        if (byte === HASH || byte === SEMICOLON) state = 'comment';
        else if (!isBlank(byte)) {
          state = 'name';
          name = [byte];
        }
        break;
      case 'name':
        if (isNewline(byte)) {
          state = 'before';
          name = [];
        } else if (byte === EQUALS) {
          state = 'gap';
          equalsAt = at;
          value = [];
          kept = 0;
          start = -1;
          end = at + 1;
          parts = [];
        } else name.push(byte);
        break;
      case 'gap':
        if (isNewline(byte)) {
          state = 'before';
          push();
        } else if (byte === SINGLE || byte === DOUBLE) {
          begin(at, byte === SINGLE ? "'" : '"');
          end = at + 1;
          state = byte === SINGLE ? 'single' : 'double';
        } else if (byte === BACKSLASH) {
          begin(at, 'mixed');
          parts.push('mixed');
          end = at + 1;
          state = 'escape';
        } else if (!isBlank(byte)) {
          begin(at, '');
          take(byte, at);
          state = 'plain';
        }
        break;
      case 'plain':
        if (isNewline(byte)) {
          state = 'before';
          push();
        } else if (byte === BACKSLASH) {
          parts.push('mixed');
          kept = value.length;
          end = at + 1;
          state = 'escape';
        } else if (isBlank(byte)) value.push(byte);
        else take(byte, at);
        break;
      case 'escape':
        state = 'plain';
        end = at + 1;
        if (!isNewline(byte)) take(byte, at);
        break;
      case 'single':
        if (byte === SINGLE) state = 'gap';
        else take(byte, at);
        end = at + 1;
        break;
      case 'double':
        if (byte === DOUBLE) state = 'gap';
        else if (byte === BACKSLASH) state = 'double-escape';
        else take(byte, at);
        end = at + 1;
        break;
      case 'double-escape':
        state = 'double';
        end = at + 1;
        if (isEscapable(byte)) take(byte, at);
        else if (byte !== NEWLINE) {
          take(BACKSLASH, at);
          take(byte, at);
        }
        break;
      case 'comment':
        if (byte === BACKSLASH) state = 'comment-escape';
        else if (isNewline(byte)) state = 'before';
        break;
      case 'comment-escape':
        state = isNewline(byte) ? 'before' : 'comment';
        break;
    }
  }
  if (!['before', 'name', 'comment', 'comment-escape'].includes(state)) push();
  return found;
}

const trimEnd = (text: string): string => text.replace(/[ \t\r\n]+$/, '');
