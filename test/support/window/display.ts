import { spawn } from 'node:child_process';

export interface Display {
  /** For the environment of what is to draw on it. */
  readonly name: string;
  readonly stop: () => void;
}

/** A display of its own that nobody sees. Each has its own clipboard. */
export const startDisplay = (): Promise<Display> =>
  new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${String(code)}`)));
    server.stdio[3]?.once('data', (number: Buffer) => {
      resolve({ name: `:${number.toString('utf8').trim()}`, stop: () => server.kill() });
    });
  });
