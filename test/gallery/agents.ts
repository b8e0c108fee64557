import type { LaunchProfileView, WindowRunView } from '../../src-shared/contract/views.ts';
import type { GalleryStates } from './state.ts';

const APPROVAL = { keys: 4, approvals: [{ requests: 20, keys: ['prod/deploy-key', 'prod/other-key'] }, {}] };

const RUN: WindowRunView = {
  id: 'run-a',
  run_id: 'run-z',
  title: null,
  command: ['python3', 'support.py'],
  cwd: '/home/me/agents/support',
  env: 'dev',
  keys: ['dev/agent-dev-01'],
  since: '2026-03-11T17:12:00Z',
  watch: true,
  is_terminal: true,
  ended: null,
};
const PROFILE: LaunchProfileView = {
  id: 'p1',
  name: 'Support agent',
  env: 'dev',
  command: ['python3', 'support.py', '--once'],
  cwd: '/home/me/agents/support',
  keys: ['agent-dev-01'],
  watch: true,
};

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
            cwd: '/home/me/agents/search',
            env: 'prod',
            since: '2026-03-12T09:04:05Z',
            keys: ['prod/agent-main-01'],
            laggard: true,
          },
          {
            run_id: 'run-b',
            pid: 4790,
            command: 'python3',
            cwd: '/home/me/agents/support',
            env: 'dev',
            since: '2026-03-11T17:12:00Z',
            keys: ['dev/agent-dev-01', 'dev/billing-dev-01'],
            laggard: false,
          },
        ],
      },
      windowRuns: [
        { ...RUN, id: 'run-b', run_id: 'run-b', title: 'Support agent', ended: null },
        {
          ...RUN,
          id: 'run-c',
          command: ['node', 'nightly report.js', '--full'],
          ended: { at: '2026-03-12T06:10:00Z', exit_code: 1, signal: null },
        },
        { ...RUN, id: 'run-d', ended: { at: '2026-03-12T08:00:00Z', exit_code: 0, signal: null } },
      ],
      profiles: [PROFILE, { ...PROFILE, id: 'p2', name: 'Indexer', env: 'prod', keys: [], watch: false }],
    },
    place: 'Agents',
    shows: 'Holds a value that was changed since it started.',
    picture: 'light 1280',
  },
  'agents, a terminal': {
    scenario: { keys: 4, profiles: [PROFILE] },
    place: 'Agents',
    shows: 'Ended well (exit code 0)',
    steps: [{ click: 'Start Support agent' }, { sees: 'Ended well' }, { sees: '23 of 30 requests' }],
    picture: 'dark 900',
  },
  'edit a profile': {
    scenario: { keys: 4, profiles: [PROFILE] },
    place: 'Agents',
    shows: 'Edit a profile',
    steps: [{ click: 'More about Support agent' }, { click: 'Edit profile…' }],
  },
  'agents, none': {
    scenario: { keys: 4 },
    place: 'Agents',
    shows: 'keymolt run -- node agent.js',
    steps: [{ sees: 'keymolt run -- node agent.js' }],
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
      { click: 'Run in' },
    ],
    picture: 'dark 900',
  },
  'a program asks': {
    scenario: APPROVAL,
    shows: '20, answered together',
    steps: [{ sees: '20, answered together' }],
    picture: 'dark 900',
  },
};
