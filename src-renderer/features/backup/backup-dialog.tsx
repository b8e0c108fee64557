import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, hostKind } from '../../bridge.ts';
import { useKept } from '../../state/kept.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { useSlow } from '../../ui/use-slow.ts';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages as dialogMessages } from '../dialogs/messages.ts';
import { FileFacts } from './file-facts.tsx';
import { messages } from './messages.ts';

const words = messages.backup;

type Saved = NonNullable<ResponseOf<'vault.saveBackup'>['saved']>;

/** The vault as one file, where the person says in the host's dialog. */
export default function BackupDialog() {
  // Where it went has to be read, whatever comes between.
  const [saved, setSaved] = useKept<Saved | null>('dialog:backup saved', null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const isSlow = useSlow(busy);
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) => core.vault.saveBackup({}));
    setBusy(false);
    if (!outcome.ok) setProblem(outcome.error);
    else if (outcome.result.saved !== null) setSaved(outcome.result.saved);
  };
  return (
    <Dialog title={words.title}>
      <div className={dialogClasses['form']}>
        <p className={dialogClasses['lead']} role={saved === null ? undefined : 'status'}>
          {saved === null ? words.lead : `${words.done} ${words.doneLead}`}
        </p>
        {saved !== null && <FileFacts path={saved.path} bytes={saved.bytes} />}
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={dialogClasses['buttons']}>
          <p className={dialogClasses['status']} role="status">
            {isSlow ? words.busy : ''}
          </p>
          {saved === null ? (
            <>
              <Button variant="default" disabled={busy} onClick={closeDialog}>
                {dialogMessages.cancel}
              </Button>
              <Button data-autofocus loading={busy} onClick={() => void save()}>
                {hostKind() === 'chromium' ? words.download : words.choose}
              </Button>
            </>
          ) : (
            <Button autoFocus data-autofocus onClick={closeDialog}>
              {messages.close}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
