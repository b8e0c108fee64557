import { existsSync } from 'node:fs';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { CommandContext } from '../context.ts';
import { relativeAndExact, relativeTime } from '../arguments/durations.ts';
import { renderFacts, renderTable } from '../output/table.ts';

/** Answers without an agent too, from what lies in the home. */
export const showStatus = async (context: CommandContext): Promise<number> => {
  const agent = await context.findAgent();
  if (agent === undefined) {
    const status = withoutAgent(context);
    if (context.isJson) context.printJson(status);
    else context.print(inWords(status, context));
    return 0;
  }
  const answer = await context.call('vault.status', {}, { mayUnlock: false });
  context.answer(answer, () => inWords(answer.result(), context));
  return 0;
};

const withoutAgent = ({ paths, program }: CommandContext): StatusView => ({
  schema: 1,
  vault: existsSync(paths.vault) ? 'locked' : 'missing',
  tampered: false,
  tamper_findings: [],
  agent: 'none',
  agent_pid: null,
  version: program.version,
  home: paths.home,
  locks_at: null,
  lock_reason: null,
  keychain: 'off',
  keychain_detail: 'not asked: no agent runs',
  unlock_delay_ms: 0,
  runs: [],
  rotations: [],
  foreign_hosts: [],
  sandbox: null,
});

const VAULT_WORDS: Readonly<Record<StatusView['vault'], string>> = {
  missing: 'none yet: `keymolt init` makes one',
  locked: 'locked',
  unlocked: 'unlocked',
  damaged: 'damaged: `keymolt restore` takes it back from a backup',
  newer: 'of a newer version of keymolt',
};

const LOCK_WORDS: Readonly<Record<NonNullable<StatusView['lock_reason']>, string>> = {
  not_unlocked_yet: 'not unlocked since the agent started',
  by_user: 'locked by you',
  idle: 'locked after idle time',
  max_age: 'locked after its longest time open',
  suspend: 'locked when the machine went to sleep',
  screen_lock: 'locked with the screen',
  hand_over: 'the desktop app took over',
  window_crash: 'locked when the window crashed',
  internal_error: 'locked after an error in keymolt',
};

const inWords = (status: StatusView, { paint }: CommandContext): string => {
  const now = Date.now();
  const facts = renderFacts([
    ['vault', VAULT_WORDS[status.vault]],
    ['', status.lock_reason !== null && status.vault === 'locked' ? LOCK_WORDS[status.lock_reason] : null],
    ['tampered', status.tampered ? `yes: ${status.tamper_findings.join('; ')}` : null],
    ['locks', status.locks_at === null ? null : relativeAndExact(status.locks_at, now)],
    ['agent', status.agent === 'none' ? 'none' : `${status.agent}, pid ${status.agent_pid ?? '?'}`],
    ['keychain', `${status.keychain}${status.keychain_detail === '' ? '' : ` (${status.keychain_detail})`}`],
    ['home', status.home],
    ['sandbox', status.sandbox === null ? null : `${status.sandbox.base_url}, pid ${status.sandbox.pid}`],
    ...status.rotations.map(
      ({ key, env, state }) => ['rotation', `${env}/${key} is not finished: ${state}`] as const,
    ),
    ...status.foreign_hosts.map(
      ({ platform, env, base_url }) =>
        ['not its own host', `${platform}${env === null ? '' : ` in ${env}`}: ${base_url}`] as const,
    ),
  ]);
  if (status.runs.length === 0) return facts;
  const runs = renderTable(
    [
      { title: 'PID', isRight: true, cell: (run) => String(run.pid) },
      { title: 'COMMAND', cell: (run) => run.command },
      { title: 'ENV', cell: (run) => run.env },
      { title: 'SINCE', cell: (run) => relativeTime(run.since, now) },
      { title: 'KEYS', cell: (run) => run.keys.join(' ') },
      {
        title: '',
        cell: (run) =>
          run.laggard ? { text: 'holds an older value', paint: (text) => paint('yellow', text) } : '',
      },
    ],
    status.runs,
    (text) => paint('dim', text),
  );
  return `${facts}\n${runs}`;
};
