import type { AuditVerdict } from '../../state/core/audit.ts';
import { NoticeBar } from '../../ui/states/notice-bar.tsx';
import { messages } from './messages.ts';

export function VerifyResult({ verdict }: { readonly verdict: AuditVerdict }) {
  if (verdict.intact && verdict.findings.length === 0)
    return <NoticeBar tone="ok">{messages.intact(verdict.entries)}</NoticeBar>;
  return (
    <NoticeBar tone={verdict.intact ? 'warn' : 'danger'}>
      {verdict.intact ? messages.accepted : messages.broken} {verdict.findings.join(' ')}
    </NoticeBar>
  );
}
