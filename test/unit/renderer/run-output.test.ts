import { describe, expect, test } from 'vitest';
import { appendOutput, type OutputLine, type WindowRun } from '../../../src-renderer/state/run-output.ts';

const fresh: WindowRun = {
  id: 'r',
  command: 'a',
  env: 'dev',
  startedAt: 0,
  output: [],
  dropped: 0,
  ended: null,
};
const after = (...pieces: [OutputLine['stream'], string][]) =>
  pieces.reduce((run, [stream, text]) => appendOutput(run, stream, text), fresh);

describe('what a command prints, piece by piece', () => {
  test('a line that comes in pieces is one line', () => {
    expect(after(['stdout', 'a'], ['stdout', 'b\nc'], ['stdout', 'd\n']).output).toEqual([
      { stream: 'stdout', text: 'ab\n' },
      { stream: 'stdout', text: 'cd\n' },
    ]);
  });

  test('another stream starts a line of its own', () => {
    expect(after(['stdout', 'a'], ['stderr', 'b'], ['stdout', 'c']).output.map(({ text }) => text)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('nothing printed adds nothing', () => {
    expect(after(['stdout', '']).output).toEqual([]);
  });

  test('the oldest lines go when there are too many, and it is known how many went', () => {
    const run = after(['stdout', 'x\n'.repeat(5003)]);
    expect(run.output).toHaveLength(5000);
    expect(run.dropped).toBe(3);
  });
});
