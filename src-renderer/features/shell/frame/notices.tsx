import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { StatusView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { useOverviews } from '../../../state/core/overviews.ts';
import { refreshStatus } from '../../../state/core/status.ts';
import { useRecovered } from '../../../state/recovered.ts';
import { openDialog } from '../../../state/view.ts';
import { NoticeBar } from '../../../ui/states/notice-bar.tsx';
import { messages } from '../messages.ts';

/** What is unusual about the vault or the machine, most serious first. Nothing when all is well. */
export function Notices({ status }: { readonly status: StatusView }) {
  const { error, keys } = useInventory();
  const stale = useOverviews(({ problem, overviews }) => (overviews.length > 0 ? problem : null));
  const problem = keys.length > 0 ? (error ?? stale) : null;
  const isOpenByCode = useRecovered((state) => state.isOpenByCode);
  return (
    <>
      {status.tampered && (
        <NoticeBar
          tone="danger"
          action={
            <Button size="xs" variant="default" onClick={() => void accept()}>
              {messages.accept}
            </Button>
          }
        >
          {messages.tampered(status.tamper_findings)}
        </NoticeBar>
      )}
      {isOpenByCode && (
        <NoticeBar
          tone="warn"
          action={
            <Button
              size="xs"
              variant="default"
              onClick={() => openDialog({ kind: 'passphrase', currentIs: 'recovery' })}
            >
              {messages.setPassphrase}
            </Button>
          }
        >
          {messages.openByCode}
        </NoticeBar>
      )}
      {status.foreign_hosts.length > 0 && (
        <NoticeBar tone="warn">{messages.foreignHost(status.foreign_hosts)}</NoticeBar>
      )}
      {problem !== null && (
        <NoticeBar
          tone="warn"
          action={
            <Button size="xs" variant="default" onClick={() => void loadInventory()}>
              {messages.retry}
            </Button>
          }
        >
          {messages.staleList(problem.message)}
        </NoticeBar>
      )}
    </>
  );
}

const accept = async () => {
  const outcome = await ask((core) => core.audit.accept({}));
  await refreshStatus();
  if (outcome.ok) notifications.show({ message: messages.accepted });
  else notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
};
