import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { confirmByTyping } from '../confirm.ts';
import type { CommandContext } from '../context.ts';

/**
 * Makes the change that mends the cause, once it was shown and a person agreed.
 * @returns whether something was changed
 * @throws {AppError} INPUT_REQUIRED, CANCELLED, and what the change itself may fail with
 */
export async function applyFix(context: CommandContext, view: DoctorView): Promise<boolean> {
  const repair = view.cause?.repair ?? null;
  if (view.cause === null || repair === null) {
    context.note(`this one is yours to do: ${view.cause?.fix ?? ''}`);
    return false;
  }
  const { kind } = repair;
  if (kind === 'clean_value' && view.key !== null) {
    showChange(context, `value of ${view.key}`, view.cause.message, 'the same without it');
    await confirmByTyping(context, { what: `changes the stored value of ${view.key}`, word: view.key });
    await context.call('doctor.cleanValue', { key: view.key });
    return true;
  }
  if (kind === 'set_base_url' && repair.platform !== undefined && repair.url !== undefined) {
    const { platform, url, env } = repair;
    showChange(context, `base URL of ${platform}`, view.base_url ?? 'none', url);
    await confirmByTyping(context, { what: `sends the keys of ${platform} to ${url}`, word: platform });
    await context.call('platforms.set', {
      id: platform,
      base_url: url,
      ...(env === undefined ? {} : { env }),
      // SECURITY: where live keys would go to a new host, the agent wants the passphrase or exactly this (CLI.md, "platform set").
      ...(context.noInput && context.flags.has('yes') ? { confirmed: true } : {}),
    });
    return true;
  }
  const { file, variable } = repair;
  const key = repair.key ?? view.key;
  if (file === undefined || variable === undefined || key === null) {
    context.note(`this one is yours to do: ${view.cause.fix}`);
    return false;
  }
  showChange(context, `${variable} in ${file}`, view.cause.message, `the value of ${key}`);
  await confirmByTyping(context, { what: `changes ${variable} in ${file}`, word: variable });
  const { correctFile } = await import('./correct-file.ts');
  await correctFile(context, { file, variable, key });
  return true;
}

/** What is there, and what will be, in words: of a value nothing is shown. */
const showChange = (context: CommandContext, what: string, before: string, after: string): void => {
  for (const line of [what, `- ${before}`, `+ ${after}`]) context.note(line);
};
