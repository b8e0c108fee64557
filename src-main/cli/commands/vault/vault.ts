import { closeSync, existsSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDurationMs, relativeAndExact } from '../../arguments/durations.ts';
import { checkPassphrase, MAX_PASSPHRASE_BYTES, readSecret } from '../../prompts/secret-input.ts';
import { hasTerminal, writeToTerminal } from '../../prompts/tty-reader.ts';
import { usage } from '../../arguments/arguments.ts';
import { GRANT_WORDS, oneOf } from '../../arguments/choices.ts';

export const init: Command = async (context) => {
  if (existsSync(context.paths.vault)) {
    throw new AppError(
      'VAULT_EXISTS',
      `there is a vault in ${context.paths.home}`,
      'use it, or set KEYMOLT_HOME to another folder',
    );
  }
  const recoveryFile = await withNewCode(context, 'vault.create', true);
  if (context.isJson)
    context.printJson({
      schema: 1,
      vault: 'unlocked',
      home: context.paths.home,
      recovery_file: recoveryFile,
    });
  else {
    context.say(`The vault is in ${context.paths.home}, and unlocked.`);
    if (recoveryFile !== null) context.say(whereItIs(recoveryFile));
  }
  return 0;
};

const whereItIs = (file: string): string => `The recovery code is in ${file}: keep it somewhere else.`;

/** @returns the file that has the code; null: the terminal showed it */
const withNewCode = async (
  context: CommandContext,
  method: 'vault.create' | 'vault.renewRecoveryCode',
  isNew: boolean,
): Promise<string | null> => {
  const recoveryFile = context.flags.text('recovery-file');
  // SECURITY: the code opens the vault. It goes to a person's terminal or to a new private file, never into a pipe or
  // a log; and where it can go nowhere, nothing is made (test/cli/vault-commands.test.ts).
  if (recoveryFile === undefined && (context.noInput || !hasTerminal())) {
    throw new AppError(
      'INPUT_REQUIRED',
      'there is no terminal to show the recovery code on',
      'name a new file for it: --recovery-file FILE',
    );
  }
  const passphrase = await readPassphrase(context, 'password-file', { what: 'passphrase', isNew });
  const target = recoveryFile === undefined ? undefined : createPrivateFile(recoveryFile);
  try {
    const { attachments } = await context.call(method, { passphrase });
    const code = attachments.get('recovery_code')?.toString('utf8');
    if (code === undefined) throw new AppError('PROTOCOL_MISMATCH', 'the agent sent no recovery code');
    if (target === undefined) showRecoveryCode(code);
    else target.finish(`${code}\n`);
    return target?.path ?? null;
  } catch (error) {
    target?.discard();
    throw error;
  } finally {
    passphrase.fill(0);
  }
};

const showRecoveryCode = (code: string): void =>
  writeToTerminal(
    `\nThe recovery code opens the vault when the passphrase is lost. It is shown this once:\n\n    ${code}\n\nWrite it down, and keep it away from this machine.\n\n`,
  );

const createPrivateFile = (
  file: string,
): { readonly path: string; readonly finish: (text: string) => void; readonly discard: () => void } => {
  const target = path.resolve(file);
  let descriptor: number;
  try {
    descriptor = openSync(target, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'EEXIST') throw new AppError('FILE_EXISTS', `${target} is there already`, 'name a new file');
    throw new AppError('BAD_FILE', `${target} cannot be written (${code})`);
  }
  return {
    path: target,
    finish: (text) => {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
    discard: () => {
      closeSync(descriptor);
      unlinkSync(target);
    },
  };
};

export const unlock: Command = async (context) => {
  const { flags } = context;
  const forText = flags.text('for');
  const grant = flags.text('grant');
  const more = {
    ...(forText === undefined ? {} : { for_ms: readDurationMs(forText, '--for') }),
    ...(grant === undefined ? {} : { grant: oneOf(grant, GRANT_WORDS, '--grant') }),
  };
  if (!existsSync(context.paths.vault)) {
    throw new AppError(
      'VAULT_MISSING',
      `there is no vault in ${context.paths.home}`,
      'make one: `keymolt init`',
    );
  }
  if (flags.has('keychain')) {
    const answer = (await context.call('vault.unlock', { with: 'keychain', ...more })).result();
    return unlocked(context, answer);
  }
  const isRecovery = flags.has('recovery-code-file');
  const file = flags.text(isRecovery ? 'recovery-code-file' : 'password-file');
  for (let tryNumber = 1; ; tryNumber += 1) {
    const secret = await readPassphrase(context, isRecovery ? 'recovery-code-file' : 'password-file', {
      what: isRecovery ? 'recovery code' : 'passphrase',
    });
    try {
      const answer = (
        await context.call('vault.unlock', { with: isRecovery ? 'recovery' : 'passphrase', secret, ...more })
      ).result();
      return await unlocked(context, answer);
    } catch (error) {
      const mayRetry = file === undefined && error instanceof AppError && error.code === 'WRONG_PASSWORD';
      if (!mayRetry || tryNumber === MAX_TRIES) throw error;
      context.note('that is not it');
    } finally {
      secret.fill(0);
    }
  }
};

const MAX_TRIES = 3;

const unlocked = async (
  context: CommandContext,
  answer: { readonly warnings: readonly string[] },
): Promise<number> => {
  context.warnings(answer);
  const status = await context.call('vault.status', {});
  if (context.isJson) context.printJson(status.json);
  else {
    const { locks_at } = status.result();
    context.say(
      `The vault is unlocked${locks_at === null ? '' : `; it locks ${relativeAndExact(locks_at, Date.now())}`}.`,
    );
  }
  return 0;
};

export const lock: Command = async (context) => {
  const agent = await context.findAgent();
  if (agent === undefined) {
    if (context.isJson) context.printJson({ schema: 1, warnings: [] });
    else context.say('No agent runs: the vault is locked.');
    return 0;
  }
  const answer = await context.call('vault.lock', {}, { mayUnlock: false });
  context.warnings(answer.result());
  if (context.isJson) context.printJson(answer.json);
  else context.say('The vault is locked.');
  return 0;
};

export const passwd: Command = async (context) => {
  const isRecovery = context.flags.has('recovery-code-file');
  const currentFlag = isRecovery ? 'recovery-code-file' : 'password-file';
  if (context.flags.text(currentFlag) === '-' && context.flags.text('new-password-file') === '-') {
    throw usage('only one of the two can come from stdin');
  }
  const current = await readPassphrase(context, currentFlag, {
    what: isRecovery ? 'recovery code' : 'current passphrase',
  });
  const next = await readPassphrase(context, 'new-password-file', { what: 'new passphrase', isNew: true });
  try {
    const answer = await context.call('vault.changePassphrase', {
      current,
      current_is: isRecovery ? 'recovery' : 'passphrase',
      next,
    });
    return done(context, answer, 'The passphrase is changed.');
  } finally {
    current.fill(0);
    next.fill(0);
  }
};

export const recoveryCode: Command = async (context) => {
  const recoveryFile = await withNewCode(context, 'vault.renewRecoveryCode', false);
  if (context.isJson) context.printJson({ schema: 1, recovery_file: recoveryFile });
  else {
    context.say('The old recovery code is void; backups made before still open with it.');
    if (recoveryFile !== null) context.say(whereItIs(recoveryFile));
  }
  return 0;
};

export const keychain: Command = async (context) => {
  const wish = context.argument(0);
  if (wish !== 'on' && wish !== 'off') throw usage('say on or off');
  const answer = await context.call('vault.setKeychain', { enabled: wish === 'on' });
  return done(
    context,
    answer,
    wish === 'on'
      ? 'The OS keychain can unlock the vault: `keymolt unlock --keychain`.'
      : 'The OS keychain no longer unlocks the vault.',
  );
};

export const backup: Command = async (context) => {
  const answer = await context.call('vault.backup', { path: path.resolve(context.argument(0)) });
  if (context.isJson) context.printJson(answer.json);
  else context.say(`${answer.result().path}: ${answer.result().bytes} bytes, sealed as the vault is.`);
  return 0;
};

export const restore: Command = async (context) => {
  const file = path.resolve(context.argument(0));
  // No further question: what is replaced is kept beside it, so it can be undone.
  const replace = context.flags.has('replace');
  const answer = await context.call('vault.restore', { path: file, replace });
  if (context.isJson) context.printJson(answer.json);
  else {
    const { kept } = answer.result();
    context.say(`The vault is back, and locked.${kept === null ? '' : ` What was there is in ${kept}.`}`);
  }
  return 0;
};

/** Prints the answer of a command that has nothing to show. */
export const done = (
  context: CommandContext,
  answer: { readonly json: Buffer; readonly result: () => { readonly warnings: readonly string[] } },
  /** Undefined where the warnings say it all. */
  inWords: string | undefined,
): number => {
  context.warnings(answer.result());
  if (context.isJson) context.printJson(answer.json);
  else if (inWords !== undefined) context.say(inWords);
  return 0;
};

const readPassphrase = async (
  context: CommandContext,
  flag: 'password-file' | 'new-password-file' | 'recovery-code-file',
  { what, isNew = false }: { readonly what: string; readonly isNew?: boolean },
): Promise<Buffer> => {
  const secret = await readSecret(
    { what, flag: `--${flag}`, file: context.flags.text(flag), maxBytes: MAX_PASSPHRASE_BYTES, isNew },
    { noInput: context.noInput },
  );
  return checkPassphrase(secret, what);
};
