import type { DoctorCauseView, DoctorView } from '../../../src-shared/contract/views.ts';
import type { CommandContext } from '../context.ts';
import { type Colour, printable } from '../prompts/terminal.ts';

interface Manner {
  readonly paint: CommandContext['paint'];
  /** What to ask next, where nothing was found. */
  readonly next: string | null;
  /** Every check, also those that say nothing of the cause. */
  readonly isWhole: boolean;
  /** Where the person stands: paths below it are told from here. */
  readonly folder: string;
}

const STATUS_COLOURS = {
  pass: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
} as const satisfies Record<string, Colour>;

/** The cause first, then what to type, then what shows it. */
export function inWords(view: DoctorView, manner: Manner): string {
  const { paint, next } = manner;
  const { verdict, cause, checks } = view;
  const about = view.key ?? (view.keys.length === 1 ? '1 key' : `${view.keys.length} keys`);
  const lines: string[] = [];
  if (cause !== null) lines.push(...causeLines(cause, verdict, paint));
  else if (view.key === null && checks.length === 0) lines.push(next ?? 'no keys to look at');
  else lines.push(paint('green', `${printable(about)}: healthy`));
  if (next !== null && checks.length > 0) lines.push(next);
  lines.push('', ...checkLines(view, manner));
  if (view.sources.length > 0) lines.push('', ...sourceLines(view));
  if (view.others.length > 0) {
    lines.push('', 'Also found:');
    for (const other of view.others)
      lines.push(`  ${other.code}: ${printable(other.message)}`, ...stepLines(other, paint, '    '));
  }
  if (checks.length > 0) lines.push('', paint('dim', `${view.duration_ms} ms`));
  return `${lines
    .map((line) => fromHere(line, manner.folder))
    .join('\n')
    .trimEnd()}\n`;
}

/** Paths below the folder, told from there: the rest of them is nothing new. */
export function fromHere(text: string, folder: string): string {
  if (folder.length < 2) return text;
  const front = folder.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // A name that begins with a dash would be taken for an option.
  return text.replaceAll(new RegExp(`(?<![\\w./~-])${front}/(?=[^\\s'/-])`, 'g'), '');
}

const causeLines = (
  cause: DoctorCauseView,
  verdict: DoctorView['verdict'],
  paint: CommandContext['paint'],
): string[] => {
  const { code, message, confidence, tell_apart: tellApart } = cause;
  return [
    paint(verdict === 'broken' ? 'red' : 'yellow', printable(message)) +
      paint('dim', `  [${code}${confidence === 'certain' ? '' : `, ${confidence}`}]`),
    '',
    ...stepLines(cause, paint),
    ...(tellApart === '' || confidence === 'certain' ? [] : ['', printable(tellApart)]),
  ];
};

/** The command, what it does, and what is left to do then. */
function stepLines(
  { fix, does, then }: DoctorCauseView,
  paint: CommandContext['paint'],
  indent = '  ',
): string[] {
  const step = (command: string, what: string): string[] => [
    indent + paint('bold', printable(command)),
    ...(what === '' ? [] : [`${indent}  (${printable(what)})`]),
  ];
  return [...step(fix, does), ...(then === null ? [] : [`${indent}then`, ...step(then.fix, then.does)])];
}

/** What says whether the platform took the key, and where the key came from: worth a line whatever was found. */
const TELLING: ReadonlySet<string> = new Set(['env.source', 'auth.who_am_i']);

function checkLines(
  { cause, checks, others, keys, sources }: DoctorView,
  { paint, isWhole }: Manner,
): string[] {
  const isTelling = ({ id, status }: DoctorView['checks'][number]): boolean =>
    status === 'fail' ||
    status === 'warn' ||
    (TELLING.has(id) && (id !== 'env.source' || sources.length > 0));
  const shown = isWhole || cause === null || keys.length > 0 ? checks : checks.filter(isTelling);
  const width = shown.reduce((widest, { id }) => Math.max(widest, id.length), 0);
  const said = (evidence: string): string =>
    evidence === cause?.message
      ? 'the cause above'
      : others.some(({ message }) => message === evidence)
        ? 'see “Also found”'
        : printable(evidence);
  const hidden = checks.length - shown.length;
  return [
    ...shown.map(
      ({ id, status, evidence }) =>
        `${paint(STATUS_COLOURS[status], status.padEnd(4))}  ${printable(id).padEnd(width)}  ${keys.length > 0 ? printable(evidence) : said(evidence)}`,
    ),
    ...(hidden === 0
      ? []
      : [paint('dim', `${hidden} other checks passed or were not needed (--all shows them)`)]),
  ];
}

/** Where the key could come from, by fingerprint. */
const sourceLines = ({ sources }: DoctorView): string[] => {
  const place = ({ where, line }: (typeof sources)[number]): string =>
    line === null ? where : `${where}:${line}`;
  const width = sources.reduce((widest, source) => Math.max(widest, place(source).length), 0);
  return [
    `${sources[0]?.variable ?? ''} could come from:`,
    ...sources.map((source) =>
      [
        `  ${source.reach === 'wins' ? '→' : ' '} ${printable(place(source)).padEnd(width)}`,
        source.fingerprint ?? source.state.replaceAll('_', ' '),
        source.match === 'current'
          ? `the value of ${source.key ?? ''}`
          : source.match === 'previous'
            ? `stale: ${source.key ?? ''} had it before`
            : source.match === 'other_key'
              ? `the value of ${source.key ?? ''}`
              : source.match === 'unknown'
                ? 'not in the vault'
                : '',
        source.reach === 'wins' ? '(this one is used)' : source.reach === 'shadowed' ? '(hidden)' : '',
      ]
        .filter((part) => part !== '')
        .join('  '),
    ),
  ];
};
