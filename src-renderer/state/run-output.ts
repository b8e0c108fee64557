export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface WindowRun {
  readonly id: string;
  readonly command: string;
  readonly env: string;
  readonly startedAt: number;
  readonly output: readonly OutputLine[];
  /** Lines dropped from the front, so that a chatty command cannot fill the memory. */
  readonly dropped: number;
  readonly ended: { readonly exitCode: number | null; readonly signal: string | null } | null;
}

const MAX_LINES = 5000;

/** Adds a piece of output: the last line goes on until it ends, a new stream starts a new line. */
export const appendOutput = (run: WindowRun, stream: OutputLine['stream'], text: string): WindowRun => {
  if (text === '') return run;
  const lines = [...run.output];
  for (const piece of text.split(/(?<=\n)/)) {
    const last = lines.at(-1);
    if (last?.stream === stream && !last.text.endsWith('\n')) {
      lines[lines.length - 1] = { stream, text: last.text + piece };
    } else {
      lines.push({ stream, text: piece });
    }
  }
  const excess = Math.max(0, lines.length - MAX_LINES);
  return { ...run, output: excess > 0 ? lines.slice(excess) : lines, dropped: run.dropped + excess };
};
