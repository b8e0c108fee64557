export interface JsonFault {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** Half a sentence, without anything of the text. */
  readonly what: string;
}

const MAX_DEPTH = 200;

/** https://www.rfc-editor.org/rfc/rfc8259, token by token; sticky: each begins where the one before ended. */
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
// eslint-disable-next-line no-control-regex -- the format forbids exactly these
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;

/**
 * Where a text stops being JSON. Engines word it each in their own way, some without a place, and some with a piece of the text,
 * which may be anything that a person took for the right file.
 * @returns undefined where it is JSON
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const isThere = token.test(text);
    if (isThere) at = token.lastIndex;
    return isThere;
  };
  const takeMark = (mark: string): boolean => {
    take(BLANK);
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const missing = (what: string): string => (at >= text.length ? 'is where it ends too early' : what);

  const list = (end: string, entry: () => string | undefined): string | undefined => {
    if (takeMark(end)) return undefined;
    for (;;) {
      const fault = entry();
      if (fault !== undefined) return fault;
      if (takeMark(end)) return undefined;
      if (!takeMark(',')) return missing(`has no comma and no ${end} where one belongs`);
    }
  };
  const value = (depth: number): string | undefined => {
    take(BLANK);
    if (depth > MAX_DEPTH) return 'is nested too deep';
    if (takeMark('{'))
      return list('}', () => {
        take(BLANK);
        if (!take(TEXT)) return missing('has no name in double quotes where one belongs');
        return takeMark(':') ? value(depth + 1) : missing('has no colon after a name');
      });
    if (takeMark('[')) return list(']', () => value(depth + 1));
    if (take(TEXT) || take(NUMBER) || take(WORD)) return undefined;
    return missing(
      text[at] === '"'
        ? 'begins a text that is not closed, or cannot be read'
        : 'has no value where one belongs',
    );
  };

  let what = value(0);
  if (what === undefined) {
    take(BLANK);
    if (at < text.length) what = 'has something after the end';
  }
  if (what === undefined) return undefined;
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, what };
}
