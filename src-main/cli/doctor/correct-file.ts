import { lstatSync } from 'node:fs';
import { editEnvFile } from '../../../src-shared/domain/env-file/edit-env-file.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CommandContext } from '../context.ts';
import { withApproval } from '../prompts/offer-unlock.ts';
import { checkTarget, writePrivateFile } from '../private-file.ts';
import { readSourceFile } from './read-source-file.ts';

/**
 * Puts the vault's value of a key into a variable of a .env file; every other byte stays.
 * SECURITY: the value is handed out by the rules of `read`: a key of a live environment needs a grant.
 * @throws {AppError} BAD_FILE, APPROVAL_REQUIRED
 */
export async function correctFile(
  context: CommandContext,
  { file, variable, key }: { readonly file: string; readonly variable: string; readonly key: string },
): Promise<void> {
  const answer = await withApproval(context, (approval) =>
    context.call('secrets.read', { reference: `molt://${key}`, no_input: context.noInput, ...approval }),
  );
  const value = answer.attachments.get('value');
  if (value === undefined) throw new AppError('PROTOCOL_MISMATCH', 'the agent sent no value');
  try {
    setInFile({ file, variable, value });
  } finally {
    value.fill(0);
  }
}

/**
 * Gives a variable of a .env file another value; every other byte stays.
 * @throws {AppError} BAD_FILE
 */
export function setInFile({
  file,
  variable,
  value,
}: {
  readonly file: string;
  readonly variable: string;
  readonly value: Buffer;
}): void {
  const target = checkTarget(file, { mayReplace: true });
  const content = readSourceFile(target);
  if (content.state !== 'read')
    throw new AppError('BAD_FILE', `${file} cannot be read`, 'correct it by hand');
  try {
    const edited = editEnvFile(content.bytes, variable, value, 'dotenv');
    if (!edited.ok) {
      throw new AppError(
        'BAD_FILE',
        `${variable} in ${file} cannot be changed safely (${edited.problem})`,
        'correct it by hand',
      );
    }
    // Whoever may read the file may do so afterwards, and nobody else.
    const mode = lstatSync(target).mode & 0o777;
    writePrivateFile(target, edited.file, { mode, mayReplace: true });
  } finally {
    content.bytes.fill(0);
  }
}
