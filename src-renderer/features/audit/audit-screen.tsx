import { Button, TextInput } from '@mantine/core';
import { IconClipboardList, IconFileExport, IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import type { AuditEntryView } from '../../../src-shared/contract/views.ts';
import {
  loadAudit,
  loadOlderAudit,
  saveAudit,
  stopSavingAudit,
  useAudit,
  verifyAudit,
  watchAudit,
} from '../../state/core/audit.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useKept } from '../../state/kept.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import { EmptyState } from '../../ui/states/empty-state.tsx';
import { KeyAddress } from '../../ui/labels/key-address.tsx';
import { Meter } from '../../ui/labels/meter.tsx';
import { exactDate, since } from '../../ui/text/format.ts';
import { LoadFailed } from '../../ui/states/load-failed.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { Skeleton } from '../../ui/states/skeleton.tsx';
import { useSlow } from '../../ui/use-slow.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './audit.module.css';
import { messages } from './messages.ts';
import { SaveResult, VerifyResult } from './verify-result.tsx';

const NOW_MS = 60_000;

/** Who did what, newest first, and whether the log is as it was written. */
export default function AuditScreen() {
  const { entries, hasOlder, doing, problem, verdict, saved, saving } = useAudit();
  const isSlow = useSlow(saving !== null);
  useEffect(watchAudit, []);
  const [query, setQuery] = useKept('audit query', '');
  const shown = useMemo(() => entries.filter(containing(query)), [entries, query]);
  return (
    <div className={classes['place']}>
      <div className={classes['screen']}>
        <div className={classes['tools']}>
          <TextInput
            type="search"
            aria-label={messages.filter}
            placeholder={messages.filter}
            leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
            value={query}
            maxLength={200}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <Button
            variant="default"
            loading={doing === 'verifying'}
            leftSection={<IconShieldCheck size={18} stroke={1.5} aria-hidden />}
            onClick={() => void verifyAudit()}
          >
            {messages.verify}
          </Button>
          <Button
            variant="default"
            loading={saving !== null && !isSlow}
            disabled={saving !== null}
            leftSection={<IconFileExport size={18} stroke={1.5} aria-hidden />}
            title={messages.exportHint}
            onClick={() => void saveAudit()}
          >
            {messages.export}
          </Button>
        </div>
        {/* Nothing is written yet while the person is asked where. */}
        {isSlow && saving?.progress && <Saving {...saving.progress} />}
        {verdict !== null && <VerifyResult verdict={verdict} />}
        {saved !== null && <SaveResult saved={saved} />}
        {problem !== null && entries.length > 0 && <Problem message={problem.message} hint={problem.hint} />}
        {entries.length > 0 ? (
          <Entries entries={shown} />
        ) : problem !== null ? (
          <LoadFailed title={messages.failed} problem={problem} onRetry={() => void loadAudit()} />
        ) : doing === 'loading' ? (
          <Skeleton label={messages.loading} lines={14} rowPx={37} />
        ) : (
          <EmptyState icon={IconClipboardList} title={messages.emptyTitle} lead={messages.emptyLead} />
        )}
        {shown.length === 0 && entries.length > 0 && <p className={classes['hint']}>{messages.noMatch}</p>}
        {hasOlder && (
          <Button
            variant="default"
            className={classes['older']}
            loading={doing === 'loading'}
            onClick={() => void loadOlderAudit()}
          >
            {messages.older}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A long log takes its time; nothing is left of it where it is stopped. */
function Saving({ done, total }: { readonly done: number; readonly total: number }) {
  return (
    <div className={classes['saving']}>
      <span role="status">{messages.saving}</span>
      <div className={classes['bar']}>
        <Meter share={done / Math.max(1, total)} tone="accent" />
      </div>
      <span className={`${classes['hint']} tabular`}>{messages.savingOf(done, total)}</span>
      <Button size="xs" variant="default" onClick={stopSavingAudit}>
        {messages.stop}
      </Button>
    </div>
  );
}

const containing = (query: string): ((entry: AuditEntryView) => boolean) => {
  const words = query.toLowerCase().split(/\s+/);
  return ({ actor, action, subject, detail }) => {
    const text = `${actor}\n${action}\n${subject}\n${detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
};

function Entries({ entries }: { readonly entries: readonly AuditEntryView[] }) {
  const now = useNow(NOW_MS);
  const environments = useInventory((state) => state.environments);
  return (
    <table className={classes['table']}>
      <ColumnHeads names={messages.columns} />
      <tbody>
        {entries.map(({ seq, at, actor, action, subject, detail }) => (
          <tr key={seq}>
            <td className={classes['when']} title={exactDate(at)}>
              {since(at, now)}
            </td>
            <td className={classes['actor']}>{actor}</td>
            <td className={classes['action']}>{action}</td>
            <td className={classes['subject']} data-selectable="">
              <KeyAddress address={subject} environments={environments} />
            </td>
            <td className={classes['detail']} data-selectable="">
              {detail}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
