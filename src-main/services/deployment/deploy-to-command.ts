import type { DeploymentPlace } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { DeploymentCommands } from '../../deployment/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { DeploymentPlan } from '../rotation/deployment-port.ts';

export type CommandPlace = Extract<DeploymentPlace, { kind: 'command' }>;

export function planCommand(commands: DeploymentCommands, place: CommandPlace): DeploymentPlan {
  const given = place.give === 'stdin' ? 'on stdin' : `in ${place.variable}`;
  const detail = `runs ${place.argv.join(' ')} in ${place.cwd}, with the value ${given}`;
  try {
    commands.requireStartable(place.argv, place.cwd);
    return { detail, problem: null };
  } catch (error) {
    if (error instanceof AppError) return { detail, problem: error.message };
    throw error;
  }
}

/**
 * Runs the command with a value.
 * @param key what the command is told of: name, environment, fingerprint, and what the output shows instead of the value
 * @throws {AppError} DEPLOY_FAILED, FILE_NOT_FOUND, BAD_FILE, CANCELLED
 */
export async function runCommand(
  commands: DeploymentCommands,
  place: CommandPlace,
  value: Secret,
  key: {
    readonly name: string;
    readonly env: string;
    readonly fingerprint: string;
    readonly publicPrefix: string;
  },
  signal: AbortSignal,
): Promise<string> {
  const {
    code,
    signal: endedBy,
    isTimedOut,
    output,
  } = await commands.run({
    argv: place.argv,
    cwd: place.cwd,
    value,
    give: place.give === 'stdin' ? { to: 'stdin' } : { to: 'environment', variable: place.variable },
    environment: {
      KEYMOLT_KEY_NAME: key.name,
      KEYMOLT_KEY_ENV: key.env,
      KEYMOLT_KEY_FINGERPRINT: key.fingerprint,
    },
    timeoutMs: place.timeoutMs,
    mask: { name: key.name, publicPrefix: key.publicPrefix },
    signal,
  });
  const said = output === '' ? '' : `; it said: ${output}`;
  if (code === 0 && !isTimedOut) return `ended with 0${said}`;
  const how = isTimedOut
    ? `did not end within ${place.timeoutMs / 1000} s and was stopped`
    : code === null
      ? `was ended by ${endedBy ?? 'a signal'}`
      : `ended with ${code}`;
  throw new AppError(
    'DEPLOY_FAILED',
    `The command ${place.argv[0] ?? ''} ${how}${said}.`,
    'It may have done a part of its work; it is run again with the same value.',
  );
}
