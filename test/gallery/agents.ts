import type { GalleryStates } from './state.ts';

const APPROVAL = { keys: 4, approvals: [{ requests: 20, keys: ['prod/deploy-key', 'prod/other-key'] }, {}] };

/** Commands with keys, and programs that ask for some. */
export const agentStates: GalleryStates = {
  agents: {
    scenario: {
      keys: 4,
      status: {
        runs: [
          {
            run_id: 'run-a',
            pid: 4711,
            command: 'node',
            cwd: '/home/ines/agents/search',
            env: 'prod',
            since: '2026-03-12T09:04:05Z',
            keys: ['prod/agent-main-01'],
            laggard: true,
          },
        ],
      },
    },
    place: 'Agents',
    shows: 'Holds a value that was changed since it started.',
    picture: 'light 1280',
  },
  'agents, none': {
    scenario: { keys: 4 },
    place: 'Agents',
    shows: 'keymolt run -- node agent.js',
    picture: 'dark 900',
  },
  'run a command': {
    scenario: { keys: 4 },
    shows: 'No shell is used',
    steps: [{ click: 'Run…' }],
    picture: 'light 1280',
  },
  output: {
    scenario: { keys: 4 },
    shows: 'warning: 23 of 30 requests left',
    steps: [
      { row: 3 },
      { click: 'Run…', in: 'Details of' },
      { fill: 'Command', with: 'node agent.js --forever' },
      { click: 'Run' },
    ],
    picture: 'dark 900',
  },
  'a program asks': {
    scenario: APPROVAL,
    shows: '20, answered together',
    steps: [{ sees: '20, answered together' }],
    picture: 'light 1280',
  },
};
