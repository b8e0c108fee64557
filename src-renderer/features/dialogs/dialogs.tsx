import { refOf } from '../../state/key-ref.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useView } from '../../state/view.ts';
import { lazy, Suspense } from 'react';
import { DropEnvFile } from '../import/drop-env-file.tsx';
import { LaunchDialog } from '../launch/launch-dialog.tsx';
import { RotateDialog } from '../rotation/rotate-dialog.tsx';
import { AddKey } from './add-key.tsx';
import { ConfirmKey } from './confirm-key.tsx';
import { CreateKey } from './create-key.tsx';
import { RevokeMany } from './revoke-many.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';

const ImportDialog = lazy(() => import('../import/import-dialog.tsx'));
const TourDialog = lazy(() => import('../tour/tour-dialog.tsx'));
const ChangePassphrase = lazy(() => import('../settings/vault/change-passphrase.tsx'));
const TargetDialog = lazy(() => import('../targets/target-dialog.tsx'));
const PlatformDialog = lazy(() => import('../settings/platforms/platform-dialog.tsx'));
const ImportPlatform = lazy(() => import('../settings/platforms/import-platform.tsx'));
const SignInDialog = lazy(() => import('../settings/platforms/sign-in-dialog.tsx'));
const RenewCode = lazy(() => import('../settings/vault/renew-code.tsx'));
const AddEnvironment = lazy(() => import('../settings/environments/add-environment.tsx'));
const BackupDialog = lazy(() => import('../backup/backup-dialog.tsx'));
const RestoreDialog = lazy(() => import('../backup/restore-dialog.tsx'));
const DryRun = lazy(() => import('../settings/environments/dry-run.tsx'));
const ReportDialog = lazy(() => import('../report/report-dialog.tsx'));

/** The dialog that is open, if any; a file that is dropped opens one. */
export function Dialogs() {
  return (
    <>
      <DropEnvFile />
      <OpenDialog />
    </>
  );
}

function OpenDialog() {
  const dialog = useView((state) => state.dialog);
  const keys = useInventory((state) => state.keys);
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'add':
      return <AddKey />;
    case 'create':
      return <CreateKey />;
    case 'import':
      return (
        <Suspense>
          <ImportDialog dropped={dialog.file} />
        </Suspense>
      );
    case 'report':
      return (
        <Suspense>
          <ReportDialog />
        </Suspense>
      );
    case 'tour':
      return (
        <Suspense>
          <TourDialog />
        </Suspense>
      );
    case 'passphrase':
      return (
        <Suspense>
          <ChangePassphrase knows={dialog.currentIs ?? 'passphrase'} />
        </Suspense>
      );
    case 'dry-run':
      return (
        <Suspense>
          <DryRun env={dialog.env} />
        </Suspense>
      );
    case 'platform':
      return (
        <Suspense>
          <PlatformDialog wish={dialog} />
        </Suspense>
      );
    case 'import-platform':
      return (
        <Suspense>
          <ImportPlatform />
        </Suspense>
      );
    case 'sign-in':
      return (
        <Suspense>
          <SignInDialog wish={dialog} />
        </Suspense>
      );
    case 'target':
      return (
        <Suspense>
          <TargetDialog key={dialog.key} keyRef={dialog.key} />
        </Suspense>
      );
    case 'recovery-code':
      return (
        <Suspense>
          <RenewCode />
        </Suspense>
      );
    case 'add-environment':
      return (
        <Suspense>
          <AddEnvironment />
        </Suspense>
      );
    case 'backup':
      return (
        <Suspense>
          <BackupDialog />
        </Suspense>
      );
    case 'restore':
      return (
        <Suspense>
          <RestoreDialog />
        </Suspense>
      );
    case 'shortcuts':
      return <ShortcutsSheet />;
    case 'launch':
      return <LaunchDialog chosen={dialog.key} profileId={dialog.profile ?? null} />;
    case 'rotate':
      return <RotateDialog refs={dialog.keys} />;
    case 'revoke-many':
      return <RevokeMany refs={dialog.keys} />;
    case 'revoke':
    case 'forget': {
      const key = keys.find((candidate) => refOf(candidate) === dialog.key);
      return key === undefined ? null : <ConfirmKey key={dialog.key} what={dialog.kind} keyView={key} />;
    }
  }
}
