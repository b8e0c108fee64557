import type { KeyView } from '../../../src-shared/contract/views.ts';
import type { CommandContext } from '../context.ts';
import { readDays, relativeTime } from '../arguments/durations.ts';
import { renderTable } from '../output/table.ts';
import type { Colour } from '../prompts/terminal.ts';

export const showKeyList = async (context: CommandContext): Promise<number> => {
  const { flags } = context;
  const due = flags.text('due');
  const unused = flags.text('unused');
  const platform = flags.text('platform');
  const owner = flags.text('owner');
  const answer = await context.call('keys.list', {
    ...(context.env === undefined ? {} : { env: context.env }),
    ...(platform === undefined ? {} : { platform }),
    ...(due === undefined ? {} : { due_within_days: readDays(due, '--due') }),
    ...(unused === undefined ? {} : { unused_days: readDays(unused, '--unused') }),
    ...(owner === undefined ? {} : { owner }),
  });
  context.answer(answer, () => keyTable(answer.result().keys, context));
  return 0;
};

const keyTable = (keys: readonly KeyView[], { paint }: CommandContext): string => {
  if (keys.length === 0) return 'no keys\n';
  const now = Date.now();
  return renderTable<KeyView>(
    [
      { title: 'ENV', cell: (key) => key.env },
      { title: 'NAME', cell: (key) => key.name },
      {
        title: 'STATUS',
        cell: (key) => painted(statusText(key), statusColour(key), paint),
      },
      { title: 'DUE', cell: (key) => painted(dueText(key), dueColour(key), paint) },
      {
        title: 'LAST USED',
        cell: (key) => (key.last_used_at === null ? 'never seen' : relativeTime(key.last_used_at, now)),
      },
      { title: 'PLATFORM', cell: (key) => key.platform },
      { title: 'MODE', cell: (key) => key.mode },
      { title: 'VARIABLE', cell: (key) => key.var },
      { title: 'KEY', cell: (key) => `${key.prefix}…` },
      { title: 'FINGERPRINT', cell: (key) => key.fingerprint },
    ],
    keys,
    (text) => paint('dim', text),
  );
};

const painted = (
  text: string,
  colour: Colour | undefined,
  paint: (colour: Colour, text: string) => string,
) => (colour === undefined ? text : { text, paint: (padded: string) => paint(colour, padded) });

/** A key that is over is never due. */
const isOver = ({ status }: KeyView): boolean => status === 'revoked' || status === 'lost';

const dueText = (key: KeyView): string => {
  const { days_left, due_at } = key;
  if (isOver(key)) return '–';
  const day = due_at.slice(0, 10);
  if (days_left < 0) return `${-days_left} d overdue (${day})`;
  return days_left === 0 ? `today (${day})` : `in ${days_left} d (${day})`;
};

const dueColour = (key: KeyView): Colour | undefined => {
  if (isOver(key)) return undefined;
  if (key.days_left < 0) return 'red';
  return key.days_left <= 14 ? 'yellow' : undefined;
};

/** A refusal changes no status: it may as well be the address that is wrong. It is told all the same. */
export const isRefused = ({ status, last_check: check }: KeyView): boolean =>
  status !== 'revoked' && status !== 'lost' && check?.outcome === 'KEY_REJECTED';

const statusText = (key: KeyView): string =>
  key.damaged ? 'damaged' : isRefused(key) ? `${key.status} (last check: refused)` : key.status;

const statusColour = (key: KeyView): Colour | undefined => {
  const { status, damaged } = key;
  if (damaged || status === 'lost' || isRefused(key)) return 'red';
  if (status === 'active') return 'green';
  return status === 'revoked' ? 'dim' : 'yellow';
};
