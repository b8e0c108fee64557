import { ask, listen } from '../../bridge.ts';

/** Where output goes. */
export interface OutputView {
  /** Forgets all that was written. */
  readonly reset: () => void;
  /** `done` once it is drawn. */
  readonly write: (text: string, done: () => void) => void;
}

/** The core is told every so often how far the drawing is, and at each halt. */
const TELL_EVERY_CHARACTERS = 65_536;
const MOST_TYPED_CHARACTERS = 60_000;

/**
 * Brings what a command prints to a view, in order and without a gap: first the end of what it has printed, then each
 * piece as it comes. Where a piece is missing (the page was too slow for too long) it begins anew with the end.
 * @returns the way to stop
 */
export const feed = (id: string, view: OutputView): (() => void) => {
  let next = 0;
  let drawn = 0;
  let told = 0;
  let isStarting = true;
  let isOver = false;
  let early: { readonly offset: number; readonly text: string }[] = [];

  const show = (offset: number, text: string): void => {
    next = offset + text.length;
    const end = next;
    view.write(text, () => {
      drawn = end;
      if (drawn - told < TELL_EVERY_CHARACTERS && drawn !== next) return;
      told = drawn;
      void ask((core) => core.runs.drawn({ id, offset: drawn }));
    });
  };

  const take = (offset: number, text: string): void => {
    if (isStarting) early.push({ offset, text });
    else if (offset === next) show(offset, text);
    else if (offset > next) void start();
  };

  const start = async (): Promise<void> => {
    isStarting = true;
    early = [];
    const outcome = await ask((core) => core.runs.output({ id }));
    if (isOver || !outcome.ok) return;
    const { offset, text } = outcome.result;
    view.reset();
    told = offset;
    show(offset, text);
    isStarting = false;
    for (const piece of early) take(piece.offset, piece.text);
    early = [];
  };

  const stop = listen('runOutput', ({ id: whose, offset, text }) => {
    if (whose === id) take(offset, text);
  });
  void start();
  return () => {
    isOver = true;
    stop();
  };
};

/**
 * Takes keys to a command, one piece after the other.
 * @returns what takes them
 */
export const keysTo = (id: string): ((text: string) => void) => {
  let waiting = '';
  let isSending = false;
  const send = async (): Promise<void> => {
    isSending = true;
    while (waiting !== '') {
      const text = waiting.slice(0, MOST_TYPED_CHARACTERS);
      waiting = waiting.slice(text.length);
      const outcome = await ask((core) => core.runs.type({ id, text }));
      // It does not read, or is gone: what was typed for it is of no use any more.
      if (!outcome.ok) waiting = '';
    }
    isSending = false;
  };
  return (text) => {
    waiting += text;
    if (!isSending) void send();
  };
};
