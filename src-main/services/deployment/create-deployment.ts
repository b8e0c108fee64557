import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { DeploymentCommands, EnvFiles } from '../../deployment/ports.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import { environmentOf, requireKeyById } from '../keys/key-directory.ts';
import type { Deployment, DeploymentCall, DeploymentTarget, HeldValue } from '../rotation/deployment-port.ts';
import type { HolderRolling } from '../runs/holder-rolling.ts';
import { planCommand, runCommand } from './deploy-to-command.ts';
import { checkFile, planFile, type Replaces, writeFile } from './deploy-to-file.ts';
import { planProcesses, rollProcesses } from './deploy-to-processes.ts';
import { deploymentsOfKey, noteFingerprint, requireDeployment, targetOf } from './deployment-records.ts';

export interface DeploymentTools {
  readonly files: EnvFiles;
  readonly commands: DeploymentCommands;
  readonly holders: HolderRolling;
}

/** Files and commands first, so that a process that starts anew finds them as they are to be. */
const ORDER: Readonly<Record<DeploymentTarget['kind'], number>> = {
  dotenv: 0,
  systemd: 0,
  command: 1,
  process: 2,
};

/** Deployment as rotation asks for it, over the targets that the vault has on record. */
export function createDeployment({ files, commands, holders }: DeploymentTools): Deployment {
  const give = async (
    { id, keyId }: DeploymentTarget,
    value: Secret,
    replaces: Replaces,
    { vault, signal }: DeploymentCall,
  ): Promise<{ detail: string }> => {
    const { meta } = requireDeployment(vault, id);
    const { place } = meta;
    if (place.kind === 'process') return { detail: await rollProcesses(holders, keyId, signal) };
    const isWayBack = replaces.otherwise === 'leave';
    const wanted = vault.fingerprint(value.expose());
    if (place.kind === 'command') {
      if (isWayBack && !replaces.expected.includes(meta.fingerprint))
        return { detail: 'not run: it never got the new value' };
      commands.requireStartable(place.argv, place.cwd);
      // From the moment it may have been started, it may have the value; the way back is sure only once it has ended well.
      if (!isWayBack) noteFingerprint(vault, id, wanted);
      const key = requireKeyById(vault, keyId);
      const env = environmentOf(vault, key).meta.name;
      const told = { name: key.meta.name, env, fingerprint: wanted, publicPrefix: publicPart(key.meta) };
      const detail = await runCommand(commands, place, value, told, signal);
      noteFingerprint(vault, id, wanted);
      return { detail };
    }
    try {
      const expected = isWayBack ? replaces.expected : [...replaces.expected, meta.fingerprint, null];
      const { detail, isThere } = await writeFile(files, vault, place, value, { ...replaces, expected });
      if (isThere) noteFingerprint(vault, id, wanted);
      return { detail };
    } catch (error) {
      const isGone =
        error instanceof AppError && (error.code === 'FILE_NOT_FOUND' || error.code === 'TARGET_NOT_FOUND');
      if (isWayBack && isGone) return { detail: 'nothing to put back: it is gone' };
      throw error;
    }
  };

  return {
    targetsOf: (vault, keyId) =>
      deploymentsOfKey(vault, keyId)
        .map(targetOf)
        .sort((a, b) => ORDER[a.kind] - ORDER[b.kind]),

    async plan({ id, keyId }, newValue, { vault }) {
      const { place } = requireDeployment(vault, id).meta;
      if (place.kind === 'process') return planProcesses(holders, keyId);
      if (place.kind === 'command') return planCommand(commands, place);
      return planFile(files, place, newValue, requireKeyById(vault, keyId).meta.name);
    },

    apply: (target, newValue, oldFingerprint, call) =>
      give(target, newValue, { expected: [oldFingerprint], otherwise: 'refuse' }, call),

    putBack: (target, oldValue, newFingerprint, call) =>
      give(target, oldValue, { expected: [newFingerprint], otherwise: 'leave' }, call),

    async check({ id, keyId }, { vault }): Promise<HeldValue> {
      const { place } = requireDeployment(vault, id).meta;
      if (place.kind === 'command')
        return { isKnown: false, fingerprint: null, detail: 'a command cannot be asked' };
      if (place.kind === 'process') return checkProcesses(holders, vault, keyId);
      const { isKnown, fingerprint, detail } = await checkFile(files, vault, place);
      return { isKnown, fingerprint, detail };
    },
  };
}

function checkProcesses(holders: HolderRolling, vault: OpenVault, keyId: RecordId): HeldValue {
  const watching = holders.holdersOf(keyId).filter(({ watches }) => watches);
  const behind = watching.filter(({ isCurrent }) => !isCurrent);
  // Those that lag behind are named one by one by whoever asks for the holders.
  if (behind.length > 0)
    return { isKnown: true, fingerprint: null, detail: `${behind.length} hold an older value` };
  if (watching.length === 0) return { isKnown: false, fingerprint: null, detail: 'none is running' };
  return {
    isKnown: true,
    fingerprint: requireKeyById(vault, keyId).meta.fingerprint,
    detail: `${watching.length} hold the present value`,
  };
}

/** Its format's prefix, as far as it can be told without the definition: up to the last mark between letters. */
const publicPart = ({ prefix }: KeyMeta): string => prefix.slice(0, prefix.lastIndexOf('_') + 1);
