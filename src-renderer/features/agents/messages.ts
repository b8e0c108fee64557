export const messages = {
  running: 'Running',
  noneRunning: 'No command holds a key right now.',
  ended: 'Ended',
  since: (when: string) => `started ${when}`,
  place: (pid: number, cwd: string) => `pid ${String(pid)} · ${cwd}`,
  laggard: 'Holds a value that was changed since it started. Restart it to hand it the new one.',
  holds: 'Holds',
  output: 'Output',
  stop: 'Stop',
  exitCode: (code: number) => (code === 0 ? 'Ended well' : `Ended with exit code ${String(code)}`),
  endedBy: (signal: string | null) => (signal === null ? 'Ended' : `Ended by ${signal}`),
  emptyTitle: 'No command runs with your keys',
  emptyLead:
    'A command that you start here, or with “keymolt run” in any terminal, is listed with the keys that it holds.',
  start: 'Run a command…',
  fromTerminal: 'In a terminal:',
  terminalCommand: 'keymolt run -- node agent.js',
};
