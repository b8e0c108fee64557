import type { GalleryStates } from './state.ts';

/** The places of the side bar, but for Keys and Agents. */
export const placeStates: GalleryStates = {
  overview: {
    scenario: { keys: 42 },
    place: 'Overview',
    shows: 'Due in the next 30 days',
    picture: 'light 1280',
  },
  'overview, all well': {
    scenario: {
      extraKeys: [{ name: 'calm' }],
      fails: { 'limits.list': { code: 'INTERNAL', message: 'No limits.', hint: 'Try again.' } },
    },
    place: 'Overview',
    shows: 'Nothing needs you.',
    picture: 'dark 900',
  },
  'overview of a live environment': {
    scenario: { keys: 42 },
    place: 'Overview',
    shows: 'You are looking at prod.',
    steps: [{ click: 'PROD · LIVE' }],
    picture: 'dark 900',
  },
  'overview, a platform down': {
    scenario: {
      extraKeys: ['agent', 'billing', 'crawler', 'indexer'].map((name, at) => ({
        name,
        env: at < 2 ? 'prod' : 'dev',
        last_check: { at: '2026-03-12T09:28:00Z', outcome: 'NETWORK' },
      })),
    },
    place: 'Overview',
    shows: 'MoltbotDen Hosting: 4 keys',
    picture: 'light 1280',
  },
  'overview, 10,000 keys': {
    scenario: { keys: 10_000 },
    place: 'Overview',
    shows: 'Due in the next 30 days',
  },
  'rotation, open and held up': {
    scenario: {
      keys: 12,
      rotations: [
        { key: 'billing-main', env: 'prod' },
        {
          key: 'search',
          env: 'staging',
          state: 'stored',
          targets: [{ target: '.env#MOLTBOTDEN_API_KEY', state: 'failed', detail: 'it is read-only' }],
          laggards: [{ pid: 4711, command: 'node', file: null }],
          cause: {
            code: 'READ_ONLY',
            message: 'A target could not be written.',
            hint: 'Make the file writable, then resume.',
          },
        },
        { key: 'old', state: 'done', ended_at: '2026-01-02T03:04:05Z', deadline_at: null },
      ],
    },
    place: 'Rotation',
    shows: 'Make the file writable, then resume.',
    picture: 'light 1280',
  },
  'rotation, calendar': {
    scenario: { keys: 42 },
    place: 'Rotation',
    shows: 'March 2026',
    picture: 'dark 900',
  },
  'rotation, list': {
    scenario: { keys: 42 },
    place: 'Rotation',
    shows: 'Overdue 10 days',
    steps: [{ click: 'List' }],
  },
  headroom: {
    scenario: { keys: 12 },
    place: 'Headroom',
    shows: '812 of 1,000 left',
    picture: 'dark 900',
  },
  'headroom, nothing seen': { scenario: {}, place: 'Headroom', shows: 'No limits seen yet' },
  'headroom, not read': {
    scenario: {
      keys: 4,
      fails: {
        'limits.list': {
          code: 'STORAGE_FAILED',
          message: 'The disk answered with an error.',
          hint: 'Check it.',
        },
      },
    },
    place: 'Headroom',
    shows: 'The limits could not be read',
  },
  'doctor, nothing examined': {
    scenario: { keys: 4 },
    place: 'Doctor',
    shows: 'Nothing examined yet',
    picture: 'dark 900',
  },
  'doctor, one cause': {
    scenario: {
      extraKeys: [{ name: 'agent', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'KEY_REJECTED' } }],
    },
    place: 'Overview',
    shows: '401 Invalid API key.',
    steps: [{ click: 'Diagnose agent' }],
    picture: 'light 1280',
  },
  'doctor, all keys': {
    scenario: { keys: 12 },
    place: 'Doctor',
    shows: 'Healthy',
    steps: [{ click: 'Examine' }],
    picture: 'dark 900',
  },
  audit: {
    scenario: { auditEntries: 20 },
    place: 'Audit',
    shows: 'The log is as it was written: 20 entries',
    steps: [{ click: 'Verify the log' }],
    picture: 'dark 900',
  },
  'audit, on its way': { scenario: { slow: { 'audit.list': -1 } }, place: 'Audit', shows: 'Verify the log' },
  'audit, not read': {
    scenario: {
      fails: {
        'audit.list': {
          code: 'STORAGE_FAILED',
          message: 'The disk answered with an error.',
          hint: 'Check it.',
        },
      },
    },
    place: 'Audit',
    shows: 'The log could not be read',
    picture: 'dark 900',
  },
  'audit, saved with a break in it': {
    scenario: {
      auditEntries: 20,
      status: { tampered: true, tamper_findings: ['entry 12 does not follow from the one before'] },
    },
    place: 'Audit',
    shows: '20 entries are saved as',
    steps: [{ click: 'Export…' }],
    picture: 'light 1280',
  },
  'audit, being saved': {
    scenario: { auditEntries: 12_000, slow: { 'audit.save': -1 } },
    place: 'Audit',
    shows: '4,000 of 12,000 entries',
    steps: [{ click: 'Export…' }, { sees: '4,000 of' }],
  },
  'audit, empty': { scenario: {}, place: 'Audit', shows: 'Nothing noted yet' },
  settings: {
    scenario: {
      keys: 4,
      desktop: { notifications: true, stay_in_tray: false, start_at_login: false },
      sessions: [{}, { env: 'prod', email: `${'release-'.repeat(20)}@northern-harbours.example` }],
    },
    place: 'Settings',
    shows: 'Runs on this computer alone.',
    picture: 'dark 900',
  },
  'settings, dry run of automatic rotation': {
    scenario: {
      keys: 4,
      now: '2026-03-10T12:00:00Z',
      status: { keychain: 'available' },
      environments: { prod: { auto_rotate_at: '03:30', auto_rotate_unlocks: true } },
      plan: {
        env: 'prod',
        auto_rotate_at: '03:30',
        auto_rotate_unlocks: true,
        next_run_at: '2026-03-11T03:30:00Z',
        keys: [
          {
            key: 'prod/billing-main',
            due_at: '2026-03-11T09:00:00Z',
            rotates: true,
            why: null,
            waits_for_unlock: false,
          },
          {
            key: 'prod/crawler',
            due_at: '2026-03-11T23:00:00Z',
            rotates: true,
            why: null,
            waits_for_unlock: true,
          },
          {
            key: 'prod/ci-deploy',
            due_at: '2026-03-09T09:00:00Z',
            rotates: false,
            why: 'is held by node worker.js (pid 4711), which nobody would start anew',
            waits_for_unlock: false,
          },
          {
            key: `prod/${'a-name-as-long-as-names-may-be-'.repeat(6)}`,
            due_at: '2026-05-01T09:00:00Z',
            rotates: false,
            why: 'not due yet',
            waits_for_unlock: false,
          },
        ],
      },
    },
    place: 'Settings',
    shows: '2 keys rotate',
    steps: [{ click: 'Dry run of prod' }],
    picture: 'light 1280',
  },
};
