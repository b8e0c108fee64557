import type { KeyView } from '../../../../src-shared/contract/views.ts';
import type { CommandContext } from '../../context.ts';
import { relativeAndExact } from '../../arguments/durations.ts';
import { renderFacts } from '../../output/table.ts';
import { isRefused } from '../key-list.ts';

/** Prints the answer of a command about one key. @returns the exit status */
export const showKey = (
  context: CommandContext,
  answer: {
    readonly json: Buffer;
    readonly result: () => { readonly key: KeyView; readonly warnings: readonly string[] };
  },
): number => {
  const { key, warnings } = answer.result();
  context.warnings({ warnings });
  context.answer(answer, () => keyFacts(key));
  return 0;
};

export const keyFacts = (key: KeyView): string => {
  const now = Date.now();
  const time = (at: string | null): string | null => (at === null ? null : relativeAndExact(at, now));
  return renderFacts([
    ['key', `${key.env}/${key.name}`],
    ['damaged', key.damaged ? 'yes: restore it from a backup, or forget it' : null],
    ['status', isRefused(key) ? `${key.status}, and refused at the last check` : key.status],
    ['mode', key.mode],
    ['platform', key.platform],
    ['account', key.account],
    ['key id', key.key_id ?? 'not known'],
    ['prefix', `${key.prefix}…`],
    ['fingerprint', key.fingerprint],
    ['variable', key.var],
    ['due', key.status === 'revoked' ? null : `${time(key.due_at) ?? ''}, every ${key.rotate_every_days} d`],
    ['last used', time(key.last_used_at) ?? 'never seen'],
    [
      'last check',
      key.last_check === null
        ? null
        : `${key.last_check.outcome}, ${relativeAndExact(key.last_check.at, now)}`,
    ],
    ['created', time(key.created_at)],
    ['rotated', time(key.rotated_at)],
    ['expires', time(key.expires_at)],
    ['owner', key.owner],
    ['project', key.project],
    ['purpose', key.purpose],
    ['scopes', key.scopes.join(', ')],
    ['addresses', key.cidrs.join(', ')],
  ]);
};
