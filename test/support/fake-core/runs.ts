import { success } from '../../../src-shared/contract/outcome.ts';
import { done, fail, type FakeCore, type Handlers } from './core.ts';

/** Commands with keys, and those who ask for some. */
export const runsHandlers = (core: FakeCore): Handlers => ({
  'runs.launch': ({ command }) => {
    core.runs += 1;
    const run_id = `run-${core.runs}`;
    const say = (afterMs: number, stream: 'stdout' | 'stderr', text: string) =>
      setTimeout(() => core.emit('runOutput', { run_id, stream, text }), afterMs);
    say(20, 'stdout', `starting ${command.join(' ')}\n`);
    say(60, 'stdout', 'GET /accounts/me 200 · key [molt:first-key]\n');
    say(90, 'stderr', 'warning: 23 of 30 requests left in this minute\n');
    if (!command.includes('--forever')) {
      say(120, 'stdout', 'done\n');
      setTimeout(
        () => core.emit('runEnded', { run_id, exit_code: command.includes('--fail') ? 3 : 0, signal: null }),
        140,
      );
    }
    return success({ schema: 1, run_id, pid: 5000 + core.runs });
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
  'runs.stop': ({ run_id }) => {
    setTimeout(() => core.emit('runEnded', { run_id, exit_code: null, signal: 'SIGTERM' }), 50);
    return done;
  },
});
