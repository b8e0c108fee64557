import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { AuditEntryView, KeyLimitsView, SyncView } from '../../../src-shared/contract/views.ts';
import { ERROR_CODES, isErrorCode } from '../../../src-shared/errors/codes.ts';
import { readNumber } from '../choices.ts';
import { askYesNo } from '../confirm.ts';
import type { Command, CommandContext } from '../context.ts';
import { relativeTime, spanText } from '../durations.ts';
import { cancellable } from '../operation.ts';
import { keyTarget } from '../key-target.ts';
import { renderTable } from '../table.ts';
import { isTerminal, printable } from '../terminal.ts';
import { done } from './vault.ts';

/** Compares with the platforms' lists. Exit 1 where they differ; the code of the trouble where one could not be asked. */
export const sync: Command = async (context) => {
  const platform = context.flags.text('platform');
  const request = {
    ...(platform === undefined ? {} : { platform }),
    ...(context.env === undefined ? {} : { env: context.env }),
  };
  const answer = await cancellable(context, (operation) =>
    context.call('sync.run', { ...request, ...operation }),
  );
  const { platforms } = answer.result();
  context.answer(answer, () =>
    platforms.length === 0
      ? 'nothing to compare: no keys\n'
      : platforms.map((one) => syncText(one, context)).join(''),
  );
  for (const { proposed } of platforms) {
    for (const { key, key_id: keyId, name } of proposed) {
      if (
        !(await askYesNo(
          context,
          printable(`Is ${key} the platform's ${name} (${keyId})? Its last use moved with our call.`),
        ))
      )
        continue;
      await context.call('keys.edit', { key, key_id: keyId });
      context.note(`${key} has the key id ${keyId} now`);
    }
  }
  const failed = platforms.find(({ error }) => error !== null)?.error?.code;
  if (failed !== undefined) return isErrorCode(failed) ? ERROR_CODES[failed].exit : 1;
  const isDifferent = platforms.some(
    (one) =>
      one.unknown.length +
        one.revoked_elsewhere.length +
        one.duplicates.length +
        one.proposed.length +
        one.open_overlaps.length >
      0,
  );
  return isDifferent ? 1 : 0;
};

const syncText = (one: SyncView['platforms'][number], { paint }: CommandContext): string => {
  const title = `${one.platform}${one.account === null ? '' : `, account ${one.account}`}`;
  const lines = [
    ...(one.error === null
      ? []
      : [paint('red', `could not be asked: ${printable(`${one.error.code}: ${one.error.message}`)}`)]),
    ...one.revoked_elsewhere.map((key) => paint('red', `revoked elsewhere: ${printable(key)}`)),
    ...one.unknown.map(({ key_id, name }) =>
      paint('yellow', `not in the vault: ${printable(`${name} (${key_id})`)}`),
    ),
    ...one.open_overlaps.map((key) => paint('yellow', `rotation not finished: ${printable(key)}`)),
    ...one.duplicates.map((group) => paint('yellow', `the same value: ${printable(group.join(', '))}`)),
    ...one.proposed.map(
      ({ key, key_id, name }) => `${printable(key)} may be ${printable(`${name} (${key_id})`)}`,
    ),
    ...one.unused.map((key) => `not used: ${printable(key)}`),
    ...(one.updated.length === 0 ? [] : [`updated: ${printable(one.updated.join(', '))}`]),
  ];
  return [
    paint('bold', printable(title)),
    ...(lines.length === 0 ? ['as in the vault'] : lines).map((line) => `  ${line}`),
    '',
  ].join('\n');
};

export const limits: Command = async (context) => {
  const name = context.positionals[0];
  const request =
    name === undefined
      ? context.env === undefined
        ? {}
        : { env: context.env }
      : await keyTarget(context, name);
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
  return renderTable<(typeof rows)[number]>(
    [
      { title: 'KEY', cell: ({ key }) => `${key.env}/${key.name}` },
      { title: 'WINDOW', cell: ({ what }) => printable(what) },
      {
        title: 'LEFT',
        isRight: true,
        cell: ({ window }) => (window.remaining === null ? '?' : String(window.remaining)),
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
};

const MAX_ENTRIES = 10_000;

export const auditList: Command = async (context) => {
  const limit = context.flags.text('limit');
  const answer = await context.call('audit.list', {
    ...(limit === undefined ? {} : { limit: readNumber(limit, '--limit', { min: 1, max: MAX_ENTRIES }) }),
    ...(context.env === undefined ? {} : { env: context.env }),
  });
  context.answer(answer, () =>
    renderTable<AuditEntryView>(
      [
        { title: 'NO', isRight: true, cell: ({ seq }) => String(seq) },
        { title: 'WHEN (UTC)', cell: ({ at }) => at.slice(0, 19).replace('T', ' ') },
        { title: 'WHO', cell: ({ actor }) => actor },
        { title: 'WHAT', cell: ({ action }) => action },
        { title: 'ON', cell: ({ subject }) => subject },
        { title: 'DETAIL', cell: ({ detail }) => detail },
      ],
      answer.result().entries,
      (text) => context.paint('dim', text),
    ),
  );
  return 0;
};

export const auditVerify: Command = async (context) => {
  const answer = await context.call('audit.verify', {});
  const { intact, entries, findings } = answer.result();
  context.answer(answer, () =>
    intact
      ? `${entries} entries, none missing or changed\n`
      : [
          ...findings.map((finding) => context.paint('red', printable(finding))),
          'look at them, then `keymolt audit accept`',
          '',
        ].join('\n'),
  );
  return intact ? 0 : 1;
};

export const auditAccept: Command = async (context) => {
  const answer = await context.call('audit.accept', {});
  const hasWritten = answer.result().warnings.length === 0;
  return done(context, answer, hasWritten ? 'It is recorded that the findings were looked at.' : undefined);
};
