/** The calendar of due dates that other programs subscribe to. Pure: RFC 5545, no value, no fingerprint, no prefix. */

export interface FeedKey {
  /** Random, and the same for as long as the key is in the vault. */
  readonly id: string;
  readonly name: string;
  readonly env: string;
  readonly isLive: boolean;
  readonly owner: string | null;
  readonly project: string | null;
  readonly status: string;
  /** When the value came to be what it is. */
  readonly changedAt: string;
  readonly dueAt: string;
  readonly expiresAt: string | null;
}

export interface FeedOptions {
  /** Without names a day says how many keys are due, and no more. */
  readonly withNames: boolean;
  /** The zone whose days are meant, as Intl names it. */
  readonly timeZone: string;
}

interface FeedEvent {
  readonly uid: string;
  readonly stamp: string;
  readonly day: string;
  readonly summary: string;
  readonly description: string;
  readonly categories: readonly string[];
}

const PRODUCT = '-//Keymolt//Due dates//EN';
/** By which a file is known to be one of ours, and may be replaced. */
export const FEED_BEGINNING = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:${PRODUCT}\r\n`;

const MAX_LINE_BYTES = 75;

/** Bytes of one character in UTF-8. */
const sizeOf = (character: string): number => {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
};

/** Section 3.1: lines of at most 75 octets, those that follow begin with a blank; no character is cut in two. */
const fold = (line: string): string => {
  const pieces: string[] = [];
  let piece = '';
  let size = 0;
  for (const character of line) {
    const length = sizeOf(character);
    if (size + length > MAX_LINE_BYTES) {
      pieces.push(piece);
      piece = ' ';
      size = 1;
    }
    piece += character;
    size += length;
  }
  return [...pieces, piece].join('\r\n');
};

/** Section 3.3.11. Control characters have no place in a text. */
const text = (value: string): string =>
  value
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, '');

const utc = (iso: string): string =>
  new Date(iso)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replace(/[-:]/g, '');

const daysIn = (timeZone: string): ((iso: string) => string) => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (iso) => {
    const parts = new Map(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
    return `${parts.get('year') ?? ''}${parts.get('month') ?? ''}${parts.get('day') ?? ''}`;
  };
};

const dayAfter = (day: string): string => {
  const next = new Date(
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)) + 1),
  );
  return next.toISOString().slice(0, 10).replaceAll('-', '');
};

const placeOf = ({ env, isLive }: FeedKey): string => (isLive ? `${env}, live` : env);

/** A summary has room for the beginning of a long name; the description has it all. */
const shortened = (name: string): string => {
  const characters = Array.from(name);
  return characters.length <= 80 ? name : `${characters.slice(0, 79).join('')}…`;
};

const namedEvents = (key: FeedKey, dayOf: (iso: string) => string): FeedEvent[] => {
  const about = [
    `Key: ${key.env}/${key.name}`,
    ...(key.owner === null ? [] : [`Owner: ${key.owner}`]),
    ...(key.project === null ? [] : [`Project: ${key.project}`]),
  ].join('\n');
  const event = (what: string, at: string, words: string): FeedEvent => ({
    uid: `${what}-${key.id}@keymolt`,
    stamp: key.changedAt,
    day: dayOf(at),
    summary: `${words} ${shortened(key.name)} (${placeOf(key)})`,
    description: `${about}\nRotate it in Keymolt, or with: keymolt rotate ${key.name} -e ${key.env}`,
    categories: ['Keymolt', key.env],
  });
  return [
    event('due', key.dueAt, 'Rotate'),
    ...(key.expiresAt === null ? [] : [event('expires', key.expiresAt, 'Expires:')]),
  ];
};

const namelessEvents = (keys: readonly FeedKey[], dayOf: (iso: string) => string): FeedEvent[] => {
  const days = new Map<string, { due: number; expires: number; stamp: string }>();
  const count = (at: string, what: 'due' | 'expires', stamp: string): void => {
    const day = dayOf(at);
    const counted = days.get(day) ?? { due: 0, expires: 0, stamp };
    counted[what] += 1;
    if (stamp > counted.stamp) counted.stamp = stamp;
    days.set(day, counted);
  };
  for (const key of keys) {
    count(key.dueAt, 'due', key.changedAt);
    if (key.expiresAt !== null) count(key.expiresAt, 'expires', key.changedAt);
  }
  return [...days].map(([day, { due, expires, stamp }]) => ({
    uid: `day-${day}@keymolt`,
    stamp,
    day,
    summary: [
      ...(due === 0 ? [] : [due === 1 ? '1 key to rotate' : `${due} keys to rotate`]),
      ...(expires === 0 ? [] : [expires === 1 ? '1 key expires' : `${expires} keys expire`]),
    ].join(', '),
    description: 'Keymolt tells which.',
    categories: ['Keymolt'],
  }));
};

/**
 * The calendar as a file. The same keys give the same bytes, so that who keeps it fresh can see whether anything changed.
 * Keys that are revoked or lost are in no calendar.
 */
export function toDueFeed(keys: readonly FeedKey[], { withNames, timeZone }: FeedOptions): string {
  const used = keys.filter(({ status }) => status !== 'revoked' && status !== 'lost');
  const dayOf = daysIn(timeZone);
  const events = withNames ? used.flatMap((key) => namedEvents(key, dayOf)) : namelessEvents(used, dayOf);
  events.sort((a, b) => (a.day === b.day ? (a.uid < b.uid ? -1 : 1) : a.day < b.day ? -1 : 1));
  const lines = events.flatMap(({ uid, stamp, day, summary, description, categories }) => [
    'BEGIN:VEVENT',
    `UID:${text(uid)}`,
    `DTSTAMP:${utc(stamp)}`,
    `DTSTART;VALUE=DATE:${day}`,
    `DTEND;VALUE=DATE:${dayAfter(day)}`,
    `SUMMARY:${text(summary)}`,
    `DESCRIPTION:${text(description)}`,
    `CATEGORIES:${categories.map(text).join(',')}`,
    'TRANSP:TRANSPARENT',
    'CLASS:PRIVATE',
    'END:VEVENT',
  ]);
  const head = [
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'NAME:Keymolt due dates',
    'X-WR-CALNAME:Keymolt due dates',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
  ];
  return `${FEED_BEGINNING}${[...head, ...lines, 'END:VCALENDAR'].map(fold).join('\r\n')}\r\n`;
}
