import { AppError } from '../../../src-shared/errors/app-error.ts';
import {
  inEnvironment,
  parseProjectFile,
  type ProjectFile,
  projectEnvironment,
} from '../../../src-shared/domain/references/project-file.ts';
import type { Paths } from '../../agent/paths.ts';
import type { Flags } from '../arguments/arguments.ts';
import { printable } from '../prompts/terminal.ts';
import { askTerminal, hasTerminal, writeToTerminal } from '../prompts/tty-reader.ts';
import { type FoundProject, readBranch, readProjectFile } from './find-project.ts';
import { confirmProject, trustOf } from './trusted-projects.ts';

/** What a project file that a person confirmed says here and now. */
export interface Project {
  readonly file: string;
  /** Undefined: it chooses none. */
  readonly env: string | undefined;
  /** Instead of the environment's default set; null: the file names none. */
  readonly inject: ProjectFile['inject'];
}

/** What of a command's context is needed to confirm a file. */
interface Asking {
  readonly flags: Flags;
  readonly noInput: boolean;
  readonly paths: Paths;
}

/**
 * Reads a project file; the first time, and after every change, it is shown and confirmed.
 * @throws {AppError} BAD_FILE, VARIABLE_RESERVED; INPUT_REQUIRED where nobody can confirm it; CANCELLED where nobody did
 */
export const useProject = async (asking: Asking, { file, git }: FoundProject): Promise<Project> => {
  const content = readProjectFile(file);
  const project = parseProjectFile(content.toString('utf8'));
  const branch = git === undefined ? undefined : readBranch(git);
  const env = projectEnvironment(project, branch);
  const trust = trustOf(asking.paths, file, content);
  // SECURITY: whoever may push to a repository could otherwise choose what the programs of others are given
  // (test/cli/run/project-file.test.ts).
  if (trust !== 'confirmed') {
    const what =
      trust === 'new' ? `${file} has not been confirmed` : `${file} has changed since it was confirmed`;
    await confirm(asking, what, describe(project, branch, env));
    confirmProject(asking.paths, file, content);
  }
  return { file, env, inject: project.inject };
};

const confirm = async (asking: Asking, what: string, content: readonly string[]): Promise<void> => {
  if (asking.flags.has('yes')) return;
  if (asking.noInput || !hasTerminal()) {
    throw new AppError(
      'INPUT_REQUIRED',
      `${what}, and there is nobody to ask`,
      'look at it, then confirm it with --yes, or once on a terminal',
    );
  }
  writeToTerminal([`keymolt: ${what}. It chooses:`, ...content, ''].map(printable).join('\n'));
  const typed = await askTerminal('Use it from now on? [y/N] ', { echo: true });
  if (!/^y(es)?$/i.test(typed.toString('utf8').trim()))
    throw new AppError('CANCELLED', 'not confirmed; nothing was done', 'use -e, or take the file away');
};

const describe = (project: ProjectFile, branch: string | undefined, env: string | undefined): string[] => [
  `  environment: ${env ?? 'dev'}${branch === undefined ? '' : ` (on branch ${branch})`}`,
  ...[...project.environmentOfBranch].map(([name, of]) => `  on branch ${name}: ${of}`),
  ...(project.inject ?? []).map(
    ({ variable, reference }) => `  ${variable} = ${inEnvironment(reference, env ?? 'dev')}`,
  ),
];
