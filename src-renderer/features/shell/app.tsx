import { lazy, Suspense, useEffect } from 'react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { isInWindow } from '../../bridge.ts';
import { useFirstRun } from '../../state/first-run.ts';
import { useStatus } from '../../state/core/status.ts';
import { FirstRun } from '../first-run/first-run.tsx';
import { Unlock } from '../unlock/unlock.tsx';
import {
  Connecting,
  CoreLost,
  CoreRefused,
  DamagedVault,
  NewerVault,
  OutsideOfWindow,
} from './closed-states.tsx';

const loadShell = async () => ({ default: (await import('./frame/shell.tsx')).Shell });
/** All that a locked vault has no use for: it is loaded while the passphrase is typed. */
const Shell = lazy(loadShell);

/** Which screen the vault's state asks for. */
export function App() {
  const { status, connection, refusal } = useStatus();
  const firstRunStep = useFirstRun((state) => state.step.at);
  const isTold = status !== null;
  // After the first screen has been drawn.
  useEffect(() => {
    if (isTold) void loadShell();
  }, [isTold]);
  if (!isInWindow()) return <OutsideOfWindow />;
  // The recovery code is shown once: neither a lock nor a lost core may take it off the screen.
  if (status !== null && firstRunStep === 'recovery') return <FirstRun status={status} />;
  if (connection === 'lost') return <CoreLost />;
  if (refusal !== null && status === null) return <CoreRefused refusal={refusal} />;
  if (status === null) return <Connecting />;
  return <Screen status={status} firstRun={firstRunStep !== 'none'} />;
}

function Screen({ status, firstRun }: { readonly status: StatusView; readonly firstRun: boolean }) {
  switch (status.vault) {
    case 'missing':
      return <FirstRun status={status} />;
    case 'locked':
      return <Unlock status={status} />;
    case 'damaged':
      return <DamagedVault status={status} />;
    case 'newer':
      return <NewerVault status={status} />;
    case 'unlocked':
      return firstRun ? (
        <FirstRun status={status} />
      ) : (
        <Suspense fallback={null}>
          <Shell status={status} />
        </Suspense>
      );
  }
}
