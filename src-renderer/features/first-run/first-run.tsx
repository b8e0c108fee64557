import type { StatusView } from '../../../src-shared/contract/views.ts';
import { finishFirstRun, recoveryCodeWritten, useFirstRun, vaultCreated } from '../../state/first-run.ts';
import { CreateVault } from './create-vault.tsx';
import { FirstKey } from './first-key.tsx';
import { NoRecoveryCode, RecoveryCode } from './recovery-code.tsx';

/** From no vault to a first key: passphrase, recovery code, a place to begin. */
export function FirstRun({ status }: { readonly status: StatusView }) {
  const step = useFirstRun((state) => state.step);
  switch (step.at) {
    case 'recovery':
      return (
        <RecoveryCode
          code={step.code}
          isRenewed={step.isRenewed}
          home={status.home}
          onWritten={recoveryCodeWritten}
        />
      );
    case 'no-code':
      return <NoRecoveryCode onDone={recoveryCodeWritten} />;
    case 'first-key':
      return <FirstKey onDone={finishFirstRun} />;
    case 'none':
      return <CreateVault home={status.home} onCreated={vaultCreated} />;
  }
}
