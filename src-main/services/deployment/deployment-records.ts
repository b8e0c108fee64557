import type { DeploymentMeta, DeploymentPlace } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, RecordId, VaultRecord } from '../../vault/ports.ts';
import type { DeploymentTarget } from '../rotation/deployment-port.ts';

export type DeploymentRecord = VaultRecord<DeploymentMeta>;

// The vault authenticates what it gives back, and only services write this kind.
export const deploymentsOf = (vault: OpenVault): readonly DeploymentRecord[] =>
  vault.records('deployment') as readonly DeploymentRecord[];

export const deploymentsOfKey = (vault: OpenVault, keyId: RecordId): readonly DeploymentRecord[] =>
  deploymentsOf(vault).filter(({ meta }) => meta.keyId === keyId);

/** Whether somebody other than a person brings a new value of the key to where it is used. */
export const isAutomatic = (vault: OpenVault, keyId: RecordId): boolean =>
  deploymentsOf(vault).some(({ meta }) => meta.keyId === keyId);

/** @throws {AppError} TARGET_NOT_FOUND when it was taken off meanwhile */
export function requireDeployment(vault: OpenVault, id: RecordId): DeploymentRecord {
  const found = vault.find(id);
  if (found?.kind === 'deployment') return found as DeploymentRecord;
  throw new AppError(
    'TARGET_NOT_FOUND',
    'That target is no longer on the list.',
    '`keymolt deploy list` shows what is.',
  );
}

/** For a person. The arguments of a command are told where a target is looked at, not wherever it is named. */
export function labelOf(place: DeploymentPlace): string {
  switch (place.kind) {
    case 'dotenv':
      return `.env file ${place.path}#${place.variable}`;
    case 'systemd':
      return `systemd environment file ${place.path}#${place.variable}`;
    case 'command':
      return `command ${place.argv[0] ?? ''}`;
    case 'process':
      return 'running `keymolt run --watch` commands';
  }
}

export const targetOf = ({ id, meta }: DeploymentRecord): DeploymentTarget => ({
  id,
  // Written by `addDeployment` from a key's record.
  keyId: meta.keyId as RecordId,
  kind: meta.place.kind,
  label: labelOf(meta.place),
  file: 'path' in meta.place ? meta.place.path : null,
});

/** Remembers which value a target has now. A vault that takes no changes does not stop a target that has got one. */
export function noteFingerprint(vault: OpenVault, id: RecordId, fingerprint: string | null): void {
  const record = vault.find(id) as DeploymentRecord | undefined;
  if (record === undefined || record.meta.fingerprint === fingerprint || vault.tamperFindings.length > 0)
    return;
  const { environmentId, meta } = record;
  vault.transact((tx) =>
    tx.put({
      id,
      kind: 'deployment',
      environmentId,
      meta: { ...meta, fingerprint } satisfies DeploymentMeta,
    }),
  );
}
