import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const WRITER = join(ROOT, 'out-test', 'faults', 'vault-writer.mjs');

export interface WriterRun {
  readonly lines: readonly string[];
  readonly signal: NodeJS.Signals | null;
  /** How many steps were acknowledged; -1 before a creation was. */
  readonly acknowledged: number;
  /** The code of the first failure. */
  readonly failure: string | undefined;
}

/** Builds the writer into one file: it is started some hundred times, and its start is most of what it costs. */
export async function buildWriter(): Promise<void> {
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'vault-writer-entry.ts'),
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    platform: 'node',
  });
  await bundle.write({ file: WRITER, format: 'esm' });
  await bundle.close();
}

/**
 * Runs the writer under strace (Debian's package of that name). Only its main thread is traced, which is the one that
 * SQLite runs in; the key derivation's threads are left alone.
 * @param tracing arguments such as `-e inject=…`
 */
export const runTraced = (
  folder: string,
  mode: string,
  tracing: readonly string[],
  ...options: string[]
): Promise<WriterRun> =>
  finish(
    spawn('strace', ['-qqq', '-e', 'signal=none', ...tracing, '--', ...commandOf(folder, mode, options)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

export const startWriter = (folder: string, mode: string): ChildProcess => {
  const [file = '', ...args] = commandOf(folder, mode, []);
  return spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
};

const commandOf = (folder: string, mode: string, options: readonly string[]): string[] => [
  process.execPath,
  WRITER,
  folder,
  mode,
  ...options,
];

export function finish(child: ChildProcess): Promise<WriterRun> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (_, signal) => {
      const lines = output.split('\n').filter((line) => line !== '');
      const acknowledged =
        lines
          .filter((line) => line.startsWith('ack '))
          .at(-1)
          ?.slice(4) ?? '-1';
      const failure = lines
        .find((line) => /^(fail|refused) /.test(line))
        ?.split(' ')
        .at(-1);
      resolve({ lines, signal, acknowledged: Number(acknowledged), failure });
    });
  });
}
