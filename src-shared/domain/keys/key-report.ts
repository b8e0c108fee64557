import type { WatchedKey } from '../attention.ts';
import { toCsv } from '../csv.ts';

/** A key as a lead's report has it: no value, and nothing by which one could be recognised. */
export interface ReportedKey extends WatchedKey {
  readonly platform: string;
  readonly owner: string | null;
  readonly project: string | null;
  readonly purpose: string | null;
  readonly rotated_at: string | null;
  readonly rotate_every_days: number;
  readonly due_at: string;
}

const HEAD = [
  'Environment',
  'Key',
  'Platform',
  'Status',
  'Owner',
  'Project',
  'Purpose',
  'Created',
  'Rotated',
  'Rotate every (days)',
  'Due',
  'Days left',
  'In time',
  'Last used',
  'Expires',
] as const;

const isOver = ({ status }: ReportedKey): boolean => status === 'revoked' || status === 'lost';

/** Every key as a line, those to rotate first at the top. */
export const toKeyReportCsv = (keys: readonly ReportedKey[]): string =>
  toCsv(
    HEAD,
    inOrder(keys).map((key) => [
      key.env,
      key.name,
      key.platform,
      key.status,
      key.owner,
      key.project,
      key.purpose,
      key.created_at,
      key.rotated_at,
      key.rotate_every_days,
      isOver(key) ? null : key.due_at,
      isOver(key) ? null : key.days_left,
      isOver(key) ? null : key.days_left >= 0 ? 'yes' : 'no',
      key.last_used_at,
      key.expires_at,
    ]),
  );

/** By due date; keys that are over come last. */
const inOrder = <K extends ReportedKey>(keys: readonly K[]): readonly K[] =>
  keys.toSorted(
    (a, b) =>
      Number(isOver(a)) - Number(isOver(b)) ||
      a.days_left - b.days_left ||
      (`${a.env}/${a.name}` < `${b.env}/${b.name}` ? -1 : 1),
  );
