export interface RunOutputOptions {
  /** Tells the pages. `offset` is the number of the text's first character. */
  readonly tell: (offset: number, text: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What is kept for a page that comes later. */
export const KEPT_CHARACTERS = 262_144;
/** In one event. */
export const EVENT_CHARACTERS = 32_768;
/** How far the output may be ahead of what a page has drawn. */
export const AHEAD_CHARACTERS = 131_072;
/** A page that has drawn nothing for so long is taken for gone: a command waits for no closed window. */
export const PATIENCE_MS = 3000;
/** Between two pieces that nobody looks at, so that a command that prints without end leaves time for the rest. */
const PAUSE_UNWATCHED_MS = 5;

/**
 * What a command has printed, on its way to the pages: its end is kept, and nothing is read from the command while a page
 * that looks at it is too far behind.
 */
export class RunOutput {
  readonly #options: RunOutputOptions;
  #kept: string[] = [];
  #keptCharacters = 0;
  #end = 0;
  #drawn = 0;
  #isWatched = false;
  #onDrawn: (() => void) | undefined;

  constructor(options: RunOutputOptions) {
    this.#options = options;
  }

  /** Settles once more may be read. */
  async push(text: string): Promise<void> {
    for (const piece of pieces(text)) this.#add(piece);
    if (!this.#isWatched) {
      await this.#options.sleep(PAUSE_UNWATCHED_MS);
      return;
    }
    while (this.#isWatched && this.#end - this.#drawn > AHEAD_CHARACTERS) {
      const before = this.#drawn;
      const moved = new Promise<void>((resolve) => (this.#onDrawn = resolve));
      await Promise.race([moved, this.#options.sleep(PATIENCE_MS)]);
      if (this.#drawn === before) this.#isWatched = false;
    }
  }

  /** A page looks at it from here on. */
  watch(): { readonly offset: number; readonly text: string } {
    this.#isWatched = true;
    this.#moveTo(this.#end);
    return { offset: this.#end - this.#keptCharacters, text: this.#kept.join('') };
  }

  /** A page has drawn up to there. */
  drawn(offset: number): void {
    this.#isWatched = true;
    this.#moveTo(Math.min(offset, this.#end));
  }

  #moveTo(offset: number): void {
    if (offset <= this.#drawn) return;
    this.#drawn = offset;
    this.#onDrawn?.();
    this.#onDrawn = undefined;
  }

  #add(text: string): void {
    const offset = this.#end;
    this.#end += text.length;
    this.#kept.push(text);
    this.#keptCharacters += text.length;
    while (this.#keptCharacters - (this.#kept[0]?.length ?? 0) >= KEPT_CHARACTERS)
      this.#keptCharacters -= this.#kept.shift()?.length ?? 0;
    if (this.#isWatched) this.#options.tell(offset, text);
  }
}

/** In pieces of at most EVENT_CHARACTERS, none of which ends in the middle of a character. */
const pieces = function* (text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const full = at + EVENT_CHARACTERS;
    const isCut = full < text.length && isHighSurrogate(text.charCodeAt(full - 1));
    const end = isCut ? full - 1 : Math.min(full, text.length);
    yield text.slice(at, end);
    at = end;
  }
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
