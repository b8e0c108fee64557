import { keysOf, type Matter } from '../../../src-shared/domain/attention.ts';
import { remaining, since } from '../../ui/text/format.ts';
import { messages } from './messages.ts';

interface MatterPlace {
  readonly envs: readonly string[];
  readonly name: string;
}

/** Where a matter is: a key's environment and name, a run's, or a platform with those of its keys. */
export const placeOf = (matter: Matter, platformName: (id: string) => string): MatterPlace => {
  if (matter.kind === 'laggard') return { envs: [matter.run.env], name: matter.run.command };
  if (matter.kind === 'platform_silent') {
    const envs = new Set(keysOf(matter).map((key) => key.split('/', 1)[0] ?? ''));
    return { envs: [...envs], name: messages.ofPlatform(platformName(matter.platform), matter.keys.length) };
  }
  const [env = '', name = ''] = matter.key.split('/', 2);
  return { envs: [env], name };
};

/** What stands behind the words, where they leave something out. */
export const codeOf = (matter: Matter): string | undefined => ('code' in matter ? matter.code : undefined);

/** A matter in a few words. @param now epoch ms */
export const wordsOf = (matter: Matter, now: number): string => {
  switch (matter.kind) {
    case 'overlap_open': {
      const leftMs = Date.parse(matter.at) - now;
      return leftMs > 0 ? messages.matters.overlap(remaining(leftMs)) : messages.matters.overlapOver;
    }
    case 'rotation_stuck':
      return messages.matters.stuck;
    case 'damaged':
      return messages.matters.damaged;
    case 'expired':
      return messages.matters.expired(since(matter.at, now));
    case 'overdue':
      return messages.matters.overdue(matter.days);
    case 'platform_silent':
      return messages.matters.silent;
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
