import { AppError } from '../../../../src-shared/errors/app-error.ts';
import {
  findTemplateReferences,
  type TemplateReference,
} from '../../../../src-shared/domain/references/reference-template.ts';
import { usage } from '../../arguments/arguments.ts';
import type { Command, CommandContext } from '../../context.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';
import { checkTarget, writePrivateFile } from '../../private-file.ts';
import { type Resolved, resolveReferences } from '../../resolve-references.ts';
import { MAX_TEMPLATE_BYTES, readInput } from '../../prompts/secret-input.ts';

/** Writes a template with its references replaced by what they stand for. */
export const inject: Command = async (context) => {
  const { flags } = context;
  const input = flags.text('input');
  const output = flags.text('output');
  if (input === undefined) throw usage('the template is missing: -i TEMPLATE');
  if (output === undefined) throw usage('the file to write is missing: -o FILE');
  // SECURITY: values go into a file with a mode of its own, never into a pipe by accident.
  if (output === '-') throw usage('-o takes a file; `keymolt read --reveal` prints a value');
  if (context.positionals.length > 0) throw usage(`'${context.argument(0)}' is one argument too many`);
  const rules = { mode: readMode(flags.text('file-mode') ?? '0600'), mayReplace: flags.has('force') };
  const target = checkTarget(output, rules);

  const template = readInput(input, MAX_TEMPLATE_BYTES, 'template');
  const places = findTemplateReferences(template.toString('latin1'));
  const references = [...new Set(places.map(({ reference }) => reference))];
  const values = await resolveAll(context, references, places);
  const result = fill(template, places, values);
  try {
    writePrivateFile(target, result, rules);
  } finally {
    result.fill(0);
    for (const value of values.values()) value.fill(0);
  }
  if (context.isJson)
    context.printJson({ schema: 1, path: target, mode: octal(rules.mode), references: references.length });
  else {
    const count = references.length;
    context.say(`${target} is written, with ${count === 1 ? 'one reference' : `${count} references`}.`);
    if (count === 0) context.note(`warning: ${input} has no {{ molt://… }} in it`);
  }
  return 0;
};

/** @throws {AppError} that names every reference that cannot be had, or asks for approval */
const resolveAll = async (
  context: CommandContext,
  references: readonly string[],
  places: readonly TemplateReference[],
): Promise<ReadonlyMap<string, Buffer>> => {
  const resolved = await withApproval(context, async (approval) => {
    const answers = await resolveReferences(context, references, 'inject', approval);
    const refusal = answers.map(errorOf).find((error) => error?.code === 'APPROVAL_REQUIRED');
    if (refusal === undefined) return answers;
    wipe(answers);
    throw refusal;
  });
  const failures = references.flatMap((reference, at) => {
    const error = errorOf(resolved[at]);
    return error === undefined ? [] : [{ reference, error }];
  });
  const [first] = failures;
  if (first !== undefined) {
    wipe(resolved);
    const named = failures.map(({ reference, error }) => {
      const line = places.find((place) => place.reference === reference)?.line ?? 0;
      return `${reference} in line ${line}: ${error.message}`;
    });
    throw new AppError(first.error.code, `nothing was written. ${named.join(' ')}`, first.error.hint);
  }
  return new Map(
    references.map((reference, at) => {
      const answer = resolved[at];
      return [reference, answer !== undefined && 'value' in answer ? answer.value : Buffer.alloc(0)];
    }),
  );
};

const errorOf = (answer: Resolved | undefined): AppError | undefined =>
  answer !== undefined && 'error' in answer ? answer.error : undefined;

const wipe = (answers: readonly Resolved[]): void => {
  for (const answer of answers) if ('value' in answer) answer.value.fill(0);
};

/** What is no reference stays byte for byte, whatever it is encoded in. */
const fill = (
  template: Buffer,
  places: readonly TemplateReference[],
  values: ReadonlyMap<string, Buffer>,
): Buffer => {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { reference, start, end } of places) {
    parts.push(template.subarray(from, start), values.get(reference) ?? Buffer.alloc(0));
    from = end;
  }
  parts.push(template.subarray(from));
  return Buffer.concat(parts);
};

/** @throws {AppError} USAGE */
const readMode = (text: string): number => {
  if (!/^0?[4-7][0-7]{2}$/.test(text))
    throw usage(`--file-mode takes an octal mode that its owner may read, such as 0600, not '${text}'`);
  return Number.parseInt(text, 8);
};

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
