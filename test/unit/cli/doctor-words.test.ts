import { describe, expect, it } from 'vitest';
import type { DoctorCauseView, DoctorView } from '../../../src-shared/contract/views.ts';
import { fromHere, inWords } from '../../../src-main/cli/doctor/words.ts';

const FOLDER = '/home/me/shop';

const cause: DoctorCauseView = {
  code: 'env.stale',
  message: `${FOLDER}/.env, line 2 has a value from before.`,
  fix: `keymolt doctor dev/agent --env-file ${FOLDER}/.env --fix`,
  does: `puts it into line 2 of ${FOLDER}/.env`,
  then: { fix: 'keymolt run -e dev -- COMMAND', does: 'starts it' },
  severity: 'fail',
  confidence: 'certain',
  tell_apart: '',
  repair: null,
};

const view: DoctorView = {
  schema: 1,
  verdict: 'broken',
  cause,
  checks: [
    { id: 'key.text', status: 'pass', evidence: 'as it should be', code: null, fix: null },
    { id: 'env.source', status: 'fail', evidence: cause.message, code: cause.code, fix: cause.fix },
    { id: 'net.dns', status: 'skip', evidence: 'an address already', code: null, fix: null },
    { id: 'auth.who_am_i', status: 'skip', evidence: 'refused with 401', code: null, fix: null },
  ],
  duration_ms: 3,
  at: '2026-01-01T00:00:00.000Z',
  version: '1.0.0',
  key: 'dev/agent',
  platform: 'den-hosting',
  base_url: null,
  fingerprint: null,
  others: [],
  sources: [],
  keys: [],
};

const say = (over: Partial<DoctorView> = {}, manner: { next?: string; isWhole?: boolean } = {}): string =>
  inWords(
    { ...view, ...over },
    { paint: (_colour, text) => text, next: null, isWhole: false, folder: FOLDER, ...manner },
  );

describe('the doctor’s words', () => {
  it('are the cause once, the command with what it does, what is left then, and what shows it', () => {
    expect(say().split('\n')).toEqual([
      '.env, line 2 has a value from before.  [env.stale]',
      '',
      '  keymolt doctor dev/agent --env-file .env --fix',
      '    (puts it into line 2 of .env)',
      '  then',
      '  keymolt run -e dev -- COMMAND',
      '    (starts it)',
      '',
      'fail  env.source     the cause above',
      'skip  auth.who_am_i  refused with 401',
      '2 other checks passed or were not needed (--all shows them)',
      '',
      '3 ms',
      '',
    ]);
  });

  it('have every check where that is asked for, and of a healthy key', () => {
    expect(say({}, { isWhole: true })).toContain('pass  key.text ');
    expect(say({}, { isWhole: true })).not.toContain('--all');
    const lines = say({ verdict: 'healthy', cause: null }, { next: 'Ask where it starts.' }).split('\n');
    expect(lines.slice(0, 2)).toEqual(['dev/agent: healthy', 'Ask where it starts.']);
    expect(lines).toContain('skip  net.dns        an address already');
  });

  it('say where there are keys, and nothing else, where there are none to look at', () => {
    const nothing: Partial<DoctorView> = { verdict: 'healthy', cause: null, checks: [], key: null };
    expect(say(nothing, { next: 'no keys to look at in dev; prod has 1' })).toBe(
      'no keys to look at in dev; prod has 1\n',
    );
    expect(say(nothing)).toBe('no keys to look at\n');
  });

  it.each([
    [`${FOLDER}/.env`, '.env'],
    [`--env-file '${FOLDER}/a b/.env' --fix`, "--env-file 'a b/.env' --fix"],
    ['/home/me/.env', '/home/me/.env'],
    [`/mnt${FOLDER}/.env`, `/mnt${FOLDER}/.env`],
    [`${FOLDER}s/.env`, `${FOLDER}s/.env`],
    // An option, where it stood alone.
    [`${FOLDER}/-rf`, `${FOLDER}/-rf`],
    [`in ${FOLDER}/ it`, `in ${FOLDER}/ it`],
  ])('tell %s as %s', (text, told) => {
    expect(fromHere(text, FOLDER)).toBe(told);
  });

  it('take a folder’s name for no pattern, and the root for no folder', () => {
    expect(fromHere('/a+b(c)/.env', '/a+b(c)')).toBe('.env');
    expect(fromHere('/etc/.env', '/')).toBe('/etc/.env');
  });
});
