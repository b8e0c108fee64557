import { Button, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ApprovalDecision, ApprovalView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { useApprovals } from '../../state/core/approvals.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import classes from './approvals.module.css';
import { messages } from './messages.ts';

/** How long the buttons are dead after something new is on the screen. */
const ARMED_AFTER_MS = 1000;
/** SECURITY: over everything else that the page can show: the palette lies at 9999. What covers a question has it answered unread. */
const ABOVE_ALL = 10_000;

/** What programs wait for, one question at a time. */
export function Approvals() {
  const [first, ...others] = useApprovals((state) => state.approvals);
  return first === undefined ? null : <Approval key={first.id} approval={first} others={others.length} />;
}

/**
 * SECURITY: made so that it is not answered by accident: the focus is on no button, Enter means nothing, and the buttons
 * are dead for a moment after every change of what is asked (test/e2e/page/page-approvals.spec.ts).
 */
function Approval({ approval, others }: { readonly approval: ApprovalView; readonly others: number }) {
  const { id, revision, env, kind, keys, process: asking, parent } = approval;
  const [armedFor, setArmedFor] = useState(-1);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const lead = useRef<HTMLParagraphElement>(null);
  const isArmed = armedFor === revision && !busy;

  useEffect(() => {
    lead.current?.focus();
    const timer = setTimeout(() => setArmedFor(revision), ARMED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [revision]);

  const answer = async (decision: ApprovalDecision) => {
    if (!isArmed) return;
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) => core.approvals.answer({ id, revision, decision }));
    setBusy(false);
    if (!outcome.ok) setProblem(outcome.error);
  };
  const button = (decision: ApprovalDecision, label: string, color?: string) => (
    <Button
      variant={decision === 'once' ? 'filled' : 'default'}
      disabled={!isArmed}
      onClick={() => void answer(decision)}
      className={decision === 'deny' ? classes['first'] : undefined}
      {...(color === undefined ? {} : { color })}
    >
      {label}
    </Button>
  );

  return (
    <Modal
      opened
      onClose={() => void answer('deny')}
      closeOnClickOutside={false}
      withCloseButton={false}
      trapFocus
      zIndex={ABOVE_ALL}
      size={560}
      title={
        <span className={classes['title']}>
          {messages.title(env)}
          <EnvTag name={env} kind={kind} />
        </span>
      }
      classNames={{ content: classes['content'] ?? '' }}
      attributes={{
        content: { 'data-live': kind === 'live' ? '' : undefined },
        // A <header> outside of the page's own regions would count as a second banner of the page.
        header: { role: 'presentation' },
      }}
    >
      <Stack gap="md">
        <Text size="sm" ref={lead} tabIndex={-1} data-autofocus style={{ outline: 'none' }}>
          {messages.lead(approval)} {others > 0 && messages.more(others)}
        </Text>
        <dl className={classes['facts']}>
          <dt>{messages.keys}</dt>
          <dd className={classes['mono']}>
            {keys.join(', ')} {approval.more_keys > 0 && messages.moreKeys(approval.more_keys)}
          </dd>
          {approval.command !== null && (
            <>
              <dt>{messages.command}</dt>
              <dd className={classes['mono']}>{approval.command}</dd>
            </>
          )}
          <dt>{messages.folder}</dt>
          <dd className={classes['mono']}>{asking?.cwd ?? messages.unknown}</dd>
          <dt>{messages.parent}</dt>
          <dd>{parent === null ? messages.unknown : messages.process(parent.name, parent.pid)}</dd>
          {approval.requests > 1 && (
            <>
              <dt>{messages.requests}</dt>
              <dd>{messages.manyRequests(approval.requests)}</dd>
            </>
          )}
        </dl>
        <Text size="sm" c="dimmed">
          {messages.scope(env, messages.tree(approval))} {messages.own}
        </Text>
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={classes['buttons']}>
          {button('deny', messages.deny)}
          {button('hours', messages.hours)}
          {button('tree', messages.untilLock)}
          {button('once', messages.once, kind === 'live' ? 'red' : undefined)}
        </div>
        <Text size="sm" c="dimmed" role="status" mih={18}>
          {isArmed ? messages.ready : messages.wait}
        </Text>
      </Stack>
    </Modal>
  );
}
