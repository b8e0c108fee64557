import type { Matter } from '../../../src-shared/domain/attention.ts';
import { remaining, since } from '../../ui/format.ts';
import { messages } from './messages.ts';

/** Where a matter is: a key's environment and name, or a run's. */
export const placeOf = (matter: Matter): { readonly env: string; readonly name: string } => {
  if (matter.kind === 'laggard') return { env: matter.run.env, name: matter.run.command };
  const [env = '', name = ''] = matter.key.split('/', 2);
  return { env, name };
};

/** A matter in a few words. @param now epoch ms */
export const wordsOf = (matter: Matter, now: number): string => {
  switch (matter.kind) {
    case 'overlap_open':
      return matter.leftMs > 0
        ? messages.matters.overlap(remaining(matter.leftMs))
        : messages.matters.overlapOver;
    case 'rotation_stuck':
      return messages.matters.stuck(matter.code);
    case 'damaged':
      return messages.matters.damaged;
    case 'expired':
      return messages.matters.expired(since(matter.at, now));
    case 'overdue':
      return messages.matters.overdue(matter.days);
    case 'failing':
      return messages.matters.failing(matter.code);
    case 'laggard':
      return messages.matters.laggard(matter.run.pid);
    case 'expiring':
      return messages.matters.expiring(matter.days);
    case 'low_headroom':
      return messages.matters.lowHeadroom(matter.remaining, matter.limit);
    case 'due':
      return messages.matters.due(matter.days);
    case 'unused':
      return messages.matters.unused(matter.days);
  }
};
