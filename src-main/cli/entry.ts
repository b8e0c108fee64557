import { readFileSync } from 'node:fs';
import path from 'node:path';
import { main } from './main.ts';
import { reportError } from './output/report-error.ts';

const program = {
  // Each is found out where it is asked for: hardly a command wants it. The built file lies in out/cli.
  get root(): string {
    return path.join(import.meta.dirname, '..', '..');
  },
  get version(): string {
    const manifest = JSON.parse(readFileSync(path.join(program.root, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    return manifest.version;
  },
};

// node:net compares every socket it closes with process.stderr. Looking at that creates the stream, which takes longer
// than all of `keymolt status`, and makes a pipe non-blocking that a child of `run` inherits. Output goes another way
// (terminal.ts), so there is nothing to create.
Object.defineProperty(process, 'stderr', { value: undefined });

const argv = process.argv.slice(2);
process.on('uncaughtException', (error) => {
  process.exit(reportError(error, { isJson: argv.includes('--json'), isDebug: argv.includes('--debug') }));
});

// Everything is written synchronously, so nothing is lost by ending at once.
void main(argv, program).then((exit) => process.exit(exit));
