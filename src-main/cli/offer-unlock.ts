import { AppError } from '../../src-shared/errors/app-error.ts';
import type { CommandContext } from './context.ts';
import { MAX_PASSPHRASE_BYTES, readSecret } from './secret-input.ts';
import { hasTerminal, writeToTerminal } from './tty-reader.ts';

const MAX_TRIES = 3;

/** Asks the passphrase of a locked vault. @returns false where there is nobody to ask */
export const offerUnlock = async (context: CommandContext): Promise<boolean> => {
  if (!hasTerminal()) return false;
  for (let tryNumber = 1; ; tryNumber += 1) {
    const secret = await askPassphrase('The vault is locked. Passphrase: ');
    try {
      const agent = await context.agent();
      await agent.request('vault.unlock', { with: 'passphrase', secret });
      return true;
    } catch (error) {
      const isWrong = error instanceof AppError && error.code === 'WRONG_PASSWORD';
      if (!isWrong || tryNumber === MAX_TRIES) throw error;
      writeToTerminal('keymolt: that is not it\n');
    } finally {
      secret.fill(0);
    }
  }
};

/** A grant is missing, or a setting is so weighty that it is changed with the passphrase only. */
const ASKS_FOR_A_PERSON: ReadonlySet<string> = new Set(['APPROVAL_REQUIRED', 'INPUT_REQUIRED']);

/**
 * Calls with the passphrase where the agent wants to see that a person is there.
 * @param file the value of --password-file
 */
export const withApproval = async <T>(
  context: CommandContext,
  call: (approval: { passphrase?: Buffer }) => Promise<T>,
): Promise<T> => {
  const file = context.flags.text('password-file');
  if (file === undefined) {
    try {
      return await call({});
    } catch (error) {
      const isAsked = error instanceof AppError && ASKS_FOR_A_PERSON.has(error.code);
      if (!isAsked || context.noInput || !hasTerminal()) throw error;
      writeToTerminal(`keymolt: ${error.message}\n`);
    }
  }
  const passphrase =
    file === undefined
      ? await askPassphrase('Passphrase, to allow it: ')
      : await readSecret(
          { what: 'passphrase', flag: '--password-file', file, maxBytes: MAX_PASSPHRASE_BYTES },
          { noInput: context.noInput },
        );
  try {
    return await call({ passphrase });
  } finally {
    passphrase.fill(0);
  }
};

const askPassphrase = (prompt: string): Promise<Buffer> =>
  readSecret(
    { what: 'passphrase', flag: '--password-file', file: undefined, maxBytes: MAX_PASSPHRASE_BYTES, prompt },
    { noInput: false },
  );
