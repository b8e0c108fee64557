import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../../services/context.ts';
import type { Handlers } from '../handler.ts';
import { acceptAudit, exportAudit, listAudit, verifyAudit } from '../../services/vault/audit.ts';
import { readStatus } from '../../services/vault/status.ts';
import {
  backupVault,
  chooseBackup,
  restoreChosen,
  restoreVault,
  saveBackup,
} from '../../services/vault/backups.ts';
import {
  changePassphrase,
  createVault,
  lockVault,
  renewRecoveryCode,
  setKeychain,
  unlockVault,
} from '../../services/vault/vault-life.ts';

const DONE = { schema: 1, warnings: [] as string[] } as const;

/** SECURITY: before the page has the recovery code; it says itself when the code is off the screen (docs/SECURITY.md). */
const offScreenshots = async <T>(core: Core, call: Call, work: () => Promise<T>): Promise<T> => {
  if (call.face !== 'window') return work();
  core.desktop.protectScreen(true);
  try {
    return await work();
  } catch (error) {
    core.desktop.protectScreen(false);
    throw error;
  }
};

export const vaultHandlers = {
  'vault.status': (core) => readStatus(core),
  'vault.create': (core, call, { passphrase }) =>
    offScreenshots(core, call, () => createVault(core, call, passphrase)),
  'vault.renewRecoveryCode': (core, call, { passphrase }) =>
    offScreenshots(core, call, () => renewRecoveryCode(core, call, passphrase)),
  'vault.unlock': (core, call, { secret, ...request }) => unlockVault(core, call, request, secret),
  'vault.lock': (core) => lockVault(core),
  'vault.changePassphrase': (core, call, { current, current_is: is, next }) =>
    changePassphrase(core, call, { is, secret: current }, next),
  'vault.setKeychain': (core, call, { enabled }) => setKeychain(core, call, enabled),
  'vault.backup': (core, call, { path }) => backupVault(core, call, path),
  'vault.restore': (core, _call, request) => restoreVault(core, request),
  'vault.saveBackup': (core, call) => saveBackup(core, call),
  'vault.chooseBackup': (core) => chooseBackup(core),
  'vault.restoreChosen': (core, _call, request) => restoreChosen(core, request),
  'vault.touch': (core) => {
    core.vault.touch();
    return { ...DONE };
  },
  'agent.stop': (core) => {
    core.shutDown('stop');
    return { ...DONE };
  },
  'agent.handOver': (core) => {
    if (core.host === 'desktop')
      throw new AppError('VAULT_IN_USE', 'Keymolt is open already.', 'Use that window, or close it first.');
    core.shutDown('hand_over');
    return { ...DONE };
  },
  'audit.list': (core, _call, request) => listAudit(core, request),
  'audit.verify': (core) => verifyAudit(core),
  'audit.export': (core, _call, request) => exportAudit(core, request),
  'audit.accept': (core, call) => acceptAudit(core, call),
  'operations.progress': (core, _call, { operation_id: id }) => ({
    schema: 1,
    progress: core.operations.progressOf(id),
  }),
  'operations.cancel': (core, _call, { operation_id: id }) =>
    core.operations.cancel(id) ? { ...DONE } : { schema: 1, warnings: ['It had ended already.'] },
} satisfies Partial<Handlers>;
