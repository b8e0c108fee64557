import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { Notice, NoticeKind } from '../../../src-shared/domain/notices.ts';

/**
 * What the app says outside of its window. SECURITY: no name of a key, an owner or an environment: desktops keep what they
 * were notified of, on disk and on the locked screen (decision 47).
 */

const rules = new Intl.PluralRules('en');
const number = new Intl.NumberFormat('en');
const plural = (count: number, one: string, other: string): string =>
  rules.select(count) === 'one' ? one : other.replace('#', number.format(count));

const TITLES: Record<NoticeKind, (count: number) => string> = {
  due_soon: (count) => plural(count, 'A key is due within a week', '# keys are due within a week'),
  overdue: (count) => plural(count, 'A key is overdue for rotation', '# keys are overdue for rotation'),
  overlap: (count) =>
    plural(count, 'A rotation has left two keys active', '# rotations have left two keys active each'),
  surge: (count) =>
    plural(count, 'A key will soon be out of its rate limit', '# keys will soon be out of their rate limit'),
  rotated: (count) => plural(count, 'A key was rotated', '# keys were rotated'),
  put_back: (count) => plural(count, 'A rotation was put back', '# rotations were put back'),
};

const BODIES: Record<NoticeKind, string> = {
  due_soon: 'Rotate now, or when it suits you.',
  overdue: 'Open Keymolt to rotate.',
  overlap: 'Open Keymolt to go on, or to put it back.',
  surge: 'At this rate the platform will answer 429.',
  rotated: 'The new value is in use, and the old one is revoked.',
  put_back: 'The old value is in use again. Open Keymolt to see why.',
};

export const noticeWords = ({ kind, count }: Notice): { readonly title: string; readonly body: string } => ({
  title: TITLES[kind](count),
  body: BODIES[kind],
});

const VAULT: Record<StatusView['vault'], string> = {
  missing: 'No vault yet',
  locked: 'Locked',
  unlocked: 'Unlocked',
  damaged: 'The vault is damaged',
  newer: 'The vault needs a newer Keymolt',
};

export const trayWords = {
  vault: (state: StatusView['vault']) => VAULT[state],
  /** @param urgent what should be done today */
  urgent: (urgent: number) =>
    urgent === 0 ? 'Nothing needs you' : plural(urgent, '1 thing needs you', '# things need you'),
  tooltip: (words: string) => `Keymolt · ${words}`,
  open: 'Open Keymolt',
  lock: 'Lock',
  run: 'Run',
  /** The environment first: a long name is cut off at its end. */
  profile: (name: string, env: string, isLive: boolean) =>
    isLive ? `${env.toUpperCase()} · LIVE: ${name}` : `${env}: ${name}`,
  quit: 'Quit Keymolt',
};
