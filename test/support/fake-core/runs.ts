import { success } from '../../../src-shared/contract/outcome.ts';
import type { LaunchProfileView, WindowRunView } from '../../../src-shared/contract/views.ts';
import { done, fail, type FakeCore, type Handlers } from './core.ts';

/** Commands with keys, and those who ask for some. */
export const runsHandlers = (core: FakeCore): Handlers => {
  const outputs = new Map<string, string>();
  const replace = (id: string, change: Partial<WindowRunView>) => {
    core.runs = core.runs.map((run) => (run.id === id ? { ...run, ...change } : run));
    core.emit('dataChanged', { what: 'runs' });
  };
  const say = (id: string, text: string) => {
    const before = outputs.get(id) ?? '';
    outputs.set(id, before + text);
    core.emit('runOutput', { id, offset: before.length, text });
  };
  // As the core: told of with the next status, which nobody sends for it.
  const holds = ({ run_id, command: [command = ''], cwd, env, since, keys }: WindowRunView) => {
    const run = { run_id, pid: 4711, command, cwd, env, since, keys, laggard: false };
    core.status = { ...core.status, runs: [...core.status.runs, run] };
  };
  const end = (id: string, exit_code: number | null, signal: string | null) => {
    const ended = core.runs.find((run) => run.id === id);
    core.status = {
      ...core.status,
      runs: core.status.runs.filter(({ run_id: runId }) => runId !== ended?.run_id),
    };
    replace(id, { ended: { at: new Date().toISOString(), exit_code, signal } });
  };

  const play = ({ id, command }: WindowRunView) => {
    say(id, `starting ${command.join(' ')}\r\n`);
    say(id, 'GET /accounts/me \u001b[32m200\u001b[0m · key [molt:first-key]\r\n');
    say(id, '\u001b[33mwarning\u001b[0m: 23 of 30 requests left in this minute\r\n');
    if (command.includes('--much')) for (let line = 0; line < 20_000; line += 1) say(id, `line ${line}\r\n`);
    if (command.includes('--forever')) return;
    say(id, '\u001b[38;2;116;192;195mdone\u001b[0m\r\n');
    end(id, command.includes('--fail') ? 3 : 0, null);
  };
  const start = (wish: Omit<LaunchProfileView, 'id' | 'name'>, title: string | null) => {
    core.started += 1;
    const id = `run-${core.started}`;
    const run: WindowRunView = {
      id,
      run_id: id,
      title,
      command: wish.command,
      cwd: wish.cwd ?? '/home/me',
      env: wish.env,
      keys: wish.keys.map((key) => `${wish.env}/${key}`),
      since: new Date().toISOString(),
      watch: wish.watch,
      is_terminal: true,
      ended: null,
    };
    core.runs = [...core.runs, run];
    holds(run);
    core.emit('dataChanged', { what: 'runs' });
    setTimeout(() => play(run), 30);
    return success({ schema: 1 as const, run });
  };
  const gone = () => fail('NOT_FOUND', 'That command is no longer listed.', 'Start it again.');

  return {
    'runs.list': () => success({ schema: 1, runs: core.runs }),
    'runs.launch': ({ env, command, keys, cwd = null, watch = false }) =>
      start({ env, command, keys, cwd, watch }, null),
    'runs.restart': ({ id }) => {
      const run = core.runs.find((one) => one.id === id);
      if (run === undefined) return gone();
      core.started += 1;
      holds({ ...run, run_id: `run-${core.started}` });
      replace(id, { run_id: `run-${core.started}`, ended: null });
      say(id, '\u001bc');
      setTimeout(() => play(run), 30);
      return success({ schema: 1, run: { ...run, ended: null } });
    },
    'runs.output': ({ id }) => success({ schema: 1, offset: 0, text: outputs.get(id) ?? '' }),
    'runs.type': ({ id, text }) => {
      say(id, text.replaceAll('\r', '\r\n'));
      return done;
    },
    'runs.stop': ({ id, now = false }) => {
      setTimeout(() => end(id, null, now ? 'SIGKILL' : 'SIGTERM'), 50);
      return done;
    },
    'runs.dismiss': ({ id }) => {
      core.runs = core.runs.filter((run) => run.id !== id);
      return done;
    },
    'profiles.list': () => success({ schema: 1, profiles: core.profiles }),
    'profiles.save': ({ id = `profile-${core.profiles.length}`, cwd = null, watch = false, ...wish }) => {
      const profile: LaunchProfileView = { id, cwd, watch, ...wish };
      core.profiles = [...core.profiles.filter((one) => one.id !== id), profile];
      core.emit('dataChanged', { what: 'runs' });
      return success({ schema: 1, profile });
    },
    'profiles.remove': ({ id }) => {
      core.profiles = core.profiles.filter((one) => one.id !== id);
      core.emit('dataChanged', { what: 'runs' });
      return done;
    },
    'profiles.start': ({ id }) => {
      const profile = core.profiles.find((one) => one.id === id);
      return profile === undefined ? gone() : start(profile, profile.name);
    },
    'approvals.list': () => success({ schema: 1, approvals: core.approvals }),
    'approvals.answer': ({ id, revision, decision }) => {
      const asked = core.approvals.find((one) => one.id === id);
      if (asked === undefined) return fail('NOT_FOUND', 'Nobody waits for this answer any longer.', '');
      if (core.scenario.approvalGrows === true && revision === 0) {
        const grown = { ...asked, revision: 1, keys: [...asked.keys, 'prod/root-key'] };
        core.approvals = core.approvals.map((one) => (one === asked ? grown : one));
        core.emit('approvalsChanged', { approvals: core.approvals });
        return fail('REFUSED', 'More was asked for meanwhile.', 'Look at it again, then answer.');
      }
      core.approvals = core.approvals.filter((one) => one !== asked);
      document.documentElement.dataset['answers'] =
        `${document.documentElement.dataset['answers'] ?? ''}${id}=${decision};`;
      core.emit('approvalsChanged', { approvals: core.approvals });
      return done;
    },
  };
};
