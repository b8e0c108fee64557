import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { AgentConnection } from '../../agent/client.ts';
import type { Flags } from '../arguments/arguments.ts';
import { MAX_PASSPHRASE_BYTES, readSecret } from './secret-input.ts';
import { printable } from './terminal.ts';
import { hasTerminal, writeToTerminal } from './tty-reader.ts';

const MAX_TRIES = 3;

/** What of a command's context is needed to ask for a passphrase. */
interface Asking {
  readonly flags: Flags;
  readonly noInput: boolean;
  readonly agent: () => Promise<AgentConnection>;
}

/** Asks the passphrase of a locked vault. @returns false where there is nobody to ask */
export const offerUnlock = async (context: Asking): Promise<boolean> => {
  if (!hasTerminal()) return false;
  await untilRight('The vault is locked. Passphrase: ', async (secret) => {
    const agent = await context.agent();
    await agent.request('vault.unlock', { with: 'passphrase', secret });
  });
  return true;
};

/** A grant is missing, or a setting is so weighty that it is changed with the passphrase only. */
const ASKS_FOR_A_PERSON: ReadonlySet<string> = new Set(['APPROVAL_REQUIRED', 'INPUT_REQUIRED']);

/** Calls with the passphrase where the agent wants to see that a person is there: from --password-file, or asked for. */
export const withApproval = async <T>(
  context: Asking,
  call: (approval: { passphrase?: Buffer }) => Promise<T>,
): Promise<T> => {
  const file = context.flags.text('password-file');
  if (file !== undefined) {
    const source = { what: 'passphrase', flag: '--password-file', file, maxBytes: MAX_PASSPHRASE_BYTES };
    const passphrase = await readSecret(source, { noInput: context.noInput });
    try {
      return await call({ passphrase });
    } finally {
      passphrase.fill(0);
    }
  }
  try {
    return await call({});
  } catch (error) {
    const isAsked = error instanceof AppError && ASKS_FOR_A_PERSON.has(error.code);
    if (!isAsked || context.noInput || !hasTerminal()) throw error;
    writeToTerminal(`keymolt: ${printable(error.message)}\n`);
  }
  return untilRight('Passphrase, to allow it: ', (passphrase) => call({ passphrase }));
};

/** Asks until the passphrase is right, three times at most. The agent makes guessing slow. */
const untilRight = async <T>(prompt: string, attempt: (passphrase: Buffer) => Promise<T>): Promise<T> => {
  for (let tryNumber = 1; ; tryNumber += 1) {
    const passphrase = await askPassphrase(prompt);
    try {
      return await attempt(passphrase);
    } catch (error) {
      const isWrong = error instanceof AppError && error.code === 'WRONG_PASSWORD';
      if (!isWrong || tryNumber === MAX_TRIES) throw error;
      writeToTerminal('keymolt: that is not it\n');
    } finally {
      passphrase.fill(0);
    }
  }
};

const askPassphrase = (prompt: string): Promise<Buffer> =>
  readSecret(
    { what: 'passphrase', flag: '--password-file', file: undefined, maxBytes: MAX_PASSPHRASE_BYTES, prompt },
    { noInput: false },
  );
