import { AppError } from '../../errors/app-error.ts';

/** `{{ molt://ENV/NAME[/field] }}` in a template. */
export interface TemplateReference {
  readonly reference: string;
  /** From the first brace to behind the last one. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
}

const OPENING = /\{\{[ \t]*molt:\/\//g;
const WHOLE = /\{\{[ \t]*(molt:\/\/[^\s{}]{1,300})[ \t]*\}\}/y;

/**
 * The references of a template, in order. Braces around anything else belong to somebody else and stay as they are.
 * @param text one character a byte (latin1), so that places are places in the file
 * @throws {AppError} BAD_REFERENCE for what begins like a reference and is none: left alone, it would end in the output
 */
export const findTemplateReferences = (text: string): TemplateReference[] => {
  const found: TemplateReference[] = [];
  let line = 1;
  let countedTo = 0;
  for (const { index: start } of text.matchAll(OPENING)) {
    for (let at = text.indexOf('\n', countedTo); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) {
      line += 1;
      countedTo = at + 1;
    }
    WHOLE.lastIndex = start;
    const match = WHOLE.exec(text);
    if (match === null) {
      throw new AppError(
        'BAD_REFERENCE',
        `what begins with {{ molt:// in line ${line} is not a reference`,
        'write {{ molt://ENV/NAME }} or {{ molt://ENV/NAME/field }}, on one line',
      );
    }
    found.push({ reference: match[1] ?? '', start, end: WHOLE.lastIndex, line });
  }
  return found;
};
