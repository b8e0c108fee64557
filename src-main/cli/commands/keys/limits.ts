import type { RequestOf } from '../../../../src-shared/contract/channels.ts';
import type { KeyLimitsView } from '../../../../src-shared/contract/views.ts';
import type { Command, CommandContext } from '../../context.ts';
import { relativeTime, spanText } from '../../arguments/durations.ts';
import { namedKeyOrEnv } from '../../arguments/key-target.ts';
import { renderTable } from '../../output/table.ts';
import { isTerminal, printable } from '../../prompts/terminal.ts';

export const limits: Command = async (context) => {
  const request = await namedKeyOrEnv(context);
  if (context.flags.has('watch')) return watchLimits(context, request);
  const answer = await context.call('limits.list', request);
  context.answer(answer, () => limitTable(answer.result().keys, context));
  return 0;
};

const WATCH_EVERY_MS = 1000;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** Shows the limits anew whenever they changed, until it is stopped; one JSON object a line for a script. */
const watchLimits = async (context: CommandContext, request: RequestOf<'limits.list'>): Promise<number> => {
  const isScreen = !context.isJson && isTerminal('stdout');
  let shown = '';
  for (;;) {
    const answer = await context.call('limits.list', { ...request, watch: true });
    const text = context.isJson ? answer.json.toString('utf8') : limitTable(answer.result().keys, context);
    // Every second a remaining time is another one: on a screen it runs, in a log only what was used is news.
    const news = isScreen
      ? text
      : text.replace(/"(?:resets|exhausted)_in_s":\d+/g, '').replace(/in \d+ \w+|\d+ \w+ ago/g, '');
    if (news !== shown) {
      if (isScreen) context.print(CLEAR_SCREEN);
      context.print(context.isJson ? `${text}\n` : text);
    }
    shown = news;
    await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
  }
};

const limitTable = (keys: readonly KeyLimitsView[], { paint }: CommandContext): string => {
  const now = Date.now();
  const rows = keys.flatMap((key) => [
    ...key.windows.map((window) => ({ key, window, what: window.id })),
    ...key.actions.map((window) => ({
      key,
      window,
      what: window.place === null ? window.label : `${window.label} (${window.place})`,
    })),
  ]);
  if (rows.length === 0) return 'nothing known yet: limits come with the answers of the platforms\n';
  const table = renderTable<(typeof rows)[number]>(
    [
      { title: 'KEY', cell: ({ key }) => `${key.env}/${key.name}` },
      { title: 'WINDOW', cell: ({ what }) => printable(what) },
      {
        title: 'LEFT',
        isRight: true,
        cell: ({ window }) =>
          window.remaining === null
            ? '?'
            : `${window.source === 'estimated' ? AT_MOST : ''}${window.remaining}`,
      },
      {
        title: 'OF',
        isRight: true,
        cell: ({ window }) => (window.limit === null ? '?' : String(window.limit)),
      },
      {
        title: 'RESETS',
        cell: ({ window }) =>
          window.resets_in_s === null ? '' : `in ${spanText(window.resets_in_s * 1000)}`,
      },
      {
        title: 'USED UP',
        cell: ({ window }) =>
          window.exhausted_in_s === null
            ? ''
            : { text: `in ${spanText(window.exhausted_in_s * 1000)}`, paint: (text) => paint('red', text) },
      },
      { title: 'SOURCE', cell: ({ window }) => window.source },
      {
        title: 'SEEN',
        cell: ({ key }) => (key.observed_at === null ? '' : relativeTime(key.observed_at, now)),
      },
    ],
    rows,
    (text) => paint('dim', text),
  );
  // Nobody tells of these: a figure would be a false one without the word.
  return rows.some(({ window }) => window.source === 'estimated' && window.remaining !== null)
    ? `${table}\n${paint('dim', `${AT_MOST}: at most, as far as Keymolt knows; calls that programs make by themselves may not be in it`)}\n`
    : table;
};

const AT_MOST = '≤';
