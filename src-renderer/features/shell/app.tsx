import type { StatusView } from '../../../src-shared/contract/views.ts';
import { isInWindow } from '../../bridge.ts';
import { useFirstRun } from '../../state/first-run.ts';
import { useStatus } from '../../state/status.ts';
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
import { Shell } from './shell.tsx';

/** Which screen the vault's state asks for. */
export function App() {
  const { status, connection, refusal } = useStatus();
  const firstRunStep = useFirstRun((state) => state.step.at);
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
      return firstRun ? <FirstRun status={status} /> : <Shell status={status} />;
  }
}
