import path from 'node:path';
import type { RequestOf } from '../../../../src-shared/contract/channels.ts';
import type { DeploymentView } from '../../../../src-shared/contract/views.ts';
import { splitCommandLine } from '../../../run/command-line.ts';
import { findProgram } from '../../../run/resolve-command.ts';
import { usage } from '../../arguments/arguments.ts';
import { GIVE_WORDS, oneOf } from '../../arguments/choices.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDurationMs } from '../../arguments/durations.ts';
import { keyTarget, namedKeyOrEnv } from '../../arguments/key-target.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';
import { renderTable } from '../../output/table.ts';
import { printable } from '../../prompts/terminal.ts';

type Place = RequestOf<'deployments.add'>['place'];

const PLACES = ['dotenv', 'systemd-env', 'command', 'process'] as const;

export const deployAdd: Command = async (context) => {
  const place = readPlace(context);
  const target = await keyTarget(context, context.argument(0));
  const answer = await withApproval(context, (approval) =>
    context.call('deployments.add', { ...target, place, no_input: context.noInput, ...approval }),
  );
  const { target: added, warnings } = answer.result();
  context.warnings({ warnings });
  context.answer(answer, () => targetTable([added], context));
  return 0;
};

/** @throws {AppError} USAGE, FILE_NOT_FOUND, BAD_FILE */
const readPlace = ({ flags }: CommandContext): Place => {
  const given = PLACES.filter((name) => flags.has(name));
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw usage(`give one of ${PLACES.map((name) => `--${name}`).join(', ')}`);
  const give = flags.text('give');
  const timeout = flags.text('command-timeout');
  if (kind !== 'command' && (give !== undefined || timeout !== undefined))
    throw usage('--give and --command-timeout go with --command');
  if (kind === 'process') return { kind };
  const text = flags.text(kind) ?? '';
  const variable = flags.text('var');
  if (kind !== 'command') {
    const file = readFilePlace(text);
    if (variable !== undefined && file.variable !== undefined && variable !== file.variable)
      throw usage(`--var ${variable} and #${file.variable} name two variables`);
    const named = file.variable ?? variable;
    return {
      kind: kind === 'dotenv' ? 'dotenv' : 'systemd',
      path: path.resolve(file.path),
      ...(named === undefined ? {} : { variable: named }),
    };
  }
  const [program, ...args] = splitCommandLine(text);
  if (program === undefined) throw usage('--command is empty');
  // What runs is settled here: the agent has another PATH, and a later one must not change it.
  const file = path.resolve(findProgram(program, process.env, process.cwd()));
  return {
    kind,
    argv: [file, ...args],
    cwd: process.cwd(),
    give: give === undefined ? 'stdin' : oneOf(give, GIVE_WORDS, '--give'),
    ...(variable === undefined ? {} : { variable }),
    ...(timeout === undefined ? {} : { timeout_ms: readDurationMs(timeout, '--command-timeout') }),
  };
};

/** `PATH#VAR`; a # that no variable follows belongs to the path. */
const readFilePlace = (text: string): { readonly path: string; readonly variable?: string } => {
  const found = /^(?<path>.+)#(?<variable>[A-Za-z_][A-Za-z0-9_]*)$/s.exec(text)?.groups;
  if (found?.['path'] !== undefined && found['variable'] !== undefined)
    return { path: found['path'], variable: found['variable'] };
  if (text === '') throw usage('the path is empty');
  return { path: text };
};

export const deployList: Command = async (context) => {
  const request = await namedKeyOrEnv(context);
  const answer = await context.call('deployments.list', request);
  const { targets } = answer.result();
  context.answer(answer, () => (targets.length === 0 ? 'no targets\n' : targetTable(targets, context)));
  return 0;
};

export const deployRemove: Command = async (context) => {
  const { flags } = context;
  const file = flags.text('dotenv') ?? flags.text('systemd-env');
  const id = flags.text('target');
  const target = id ?? (file === undefined ? undefined : fileTarget(file));
  const answer = await context.call('deployments.remove', {
    ...(await keyTarget(context, context.argument(0))),
    ...(target === undefined ? {} : { target }),
    ...(flags.has('all') ? { all: true } : {}),
  });
  if (context.isJson) context.printJson(answer.json);
  else for (const { key, label } of answer.result().targets) context.say(`${key}: ${label} is off the list.`);
  return 0;
};

const fileTarget = (text: string): string => {
  const { path: file, variable } = readFilePlace(text);
  return path.resolve(file) + (variable === undefined ? '' : `#${variable}`);
};

const HOLDS = {
  this_key: 'has the present value',
  another_value: 'has another value',
  nothing: 'has no value',
  unknown: '',
} as const;

/** Exit 1 where a target could not be given a new value. */
export const deployTest: Command = async (context) => {
  const answer = await context.call('deployments.test', await keyTarget(context, context.argument(0)));
  const { targets } = answer.result();
  context.answer(answer, () =>
    targets
      .map(({ id, label, detail, problem, holds }) => {
        const state = problem === null ? context.paint('green', 'ready') : context.paint('red', 'fails');
        const now = HOLDS[holds] === '' ? '' : ` (${HOLDS[holds]})`;
        return [
          `${state}  ${id}  ${printable(label)}${now}`,
          `       ${printable(problem ?? detail)}`,
          '',
        ].join('\n');
      })
      .join(''),
  );
  return targets.some(({ problem }) => problem !== null) ? 1 : 0;
};

const targetTable = (targets: readonly DeploymentView[], { paint }: CommandContext): string =>
  renderTable<DeploymentView>(
    [
      { title: 'TARGET', cell: ({ id }) => id },
      { title: 'KEY', cell: ({ key }) => key },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'WHERE', cell: whereText },
    ],
    targets,
    (text) => paint('dim', text),
  );

const whereText = ({ path: file, variable, command, give, label }: DeploymentView): string => {
  if (file !== null) return `${file}#${variable ?? ''}`;
  if (command === null) return label;
  return `${command.join(' ')} (value ${give === 'environment' ? `in ${variable ?? ''}` : 'on stdin'})`;
};
