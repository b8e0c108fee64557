import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { confirmByTyping } from '../prompts/confirm.ts';
import type { CommandContext } from '../context.ts';
import { fromHere } from './words.ts';

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
  if (kind === 'start_rotation' && repair.key !== undefined) {
    await startRotation(context, repair.key, repair.lost === true, view.cause.message);
    return true;
  }
  if (kind === 'set_base_in_file' && isInFile(repair) && repair.url !== undefined) {
    const { file, variable, url } = repair;
    showChange(context, file, view.cause.message, `${variable}=${url}`);
    await confirmByTyping(context, { what: `changes ${variable} in ${file}`, word: variable });
    const { setInFile } = await import('./correct-file.ts');
    setInFile({ file, variable, value: Buffer.from(url, 'utf8') });
    return true;
  }
  const key = repair.key ?? view.key;
  if (!isInFile(repair) || key === null) {
    context.note(`this one is yours to do: ${view.cause.fix}`);
    return false;
  }
  const { file, variable } = repair;
  const there = view.sources.find(({ where }) => where === file);
  showChange(
    context,
    there?.line === undefined || there.line === null ? file : `${file}, line ${there.line}`,
    `${variable}=… (${fingerprintText(there?.fingerprint)}: ${view.cause.message})`,
    `${variable}=… (${fingerprintText(view.fingerprint)}: the value of ${key})`,
  );
  await confirmByTyping(context, { what: `changes ${variable} in ${file}`, word: variable });
  const { correctFile } = await import('./correct-file.ts');
  await correctFile(context, { file, variable, key });
  return true;
}

type Repair = NonNullable<NonNullable<DoctorView['cause']>['repair']>;

const isInFile = (repair: Repair): repair is Repair & { readonly file: string; readonly variable: string } =>
  repair.file !== undefined && repair.variable !== undefined;

const fingerprintText = (fingerprint: string | null | undefined): string =>
  fingerprint === null || fingerprint === undefined ? 'no fingerprint' : `fingerprint ${fingerprint}`;

/** @throws {AppError} what the rotation fails with, as `rotate start` does */
async function startRotation(
  context: CommandContext,
  key: string,
  isLost: boolean,
  before: string,
): Promise<void> {
  const after = isLost
    ? 'a new value from the platform, put where the key is used; the old one is dead already'
    : 'a new value from the platform, put where the key is used and seen working, then the old one revoked';
  showChange(context, `the key ${key}`, before, after);
  await confirmByTyping(context, { what: `makes a new value for ${key} on the platform`, word: key });
  const { driveRotation } = await import('../commands/keys/rotate.ts');
  const open = await driveRotation(context, key, isLost);
  if (open !== null) context.note(`${open.message} (${open.hint})`);
}

/** What is there, and what will be, in words: of a value nothing is shown. */
const showChange = (context: CommandContext, what: string, before: string, after: string): void => {
  for (const line of [what, `- ${before}`, `+ ${after}`]) context.note(fromHere(line, process.cwd()));
};
