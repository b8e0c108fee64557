import type { AuditVerdict, SavedAudit } from '../../state/core/audit.ts';
import { NoticeBar } from '../../ui/states/notice-bar.tsx';
import { messages } from './messages.ts';

export function VerifyResult({ verdict }: { readonly verdict: AuditVerdict }) {
  if (verdict.intact && verdict.findings.length === 0)
    return <NoticeBar tone="ok">{messages.intact(verdict.entries)}</NoticeBar>;
  return (
    <NoticeBar tone={verdict.intact ? 'warn' : 'danger'}>
      {(verdict.intact ? messages.accepted : messages.broken)(verdict.findings)}
    </NoticeBar>
  );
}

/** Where the log went, and whether it is as it was written. */
export function SaveResult({ saved: { path, entries, intact, findings } }: { readonly saved: SavedAudit }) {
  const isWhole = intact && findings.length === 0;
  return (
    <NoticeBar tone={isWhole ? 'ok' : intact ? 'warn' : 'danger'}>
      {messages.saved(entries)}{' '}
      <bdi className="mono" data-selectable="">
        {path}
      </bdi>
      {'. '}
      {isWhole ? messages.savedIntact : (intact ? messages.accepted : messages.broken)(findings)}
    </NoticeBar>
  );
}
