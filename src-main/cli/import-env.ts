import { parseEnv } from 'node:util';
import { MAX_ENV_FILE_BYTES } from '../../src-shared/domain/env-file/env-text.ts';
import {
  judgeVariable,
  keyNameOfVariable,
  type RecognisedBy,
} from '../../src-shared/domain/env-file/env-import.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { CommandContext } from './context.ts';
import { renderTable } from './output/table.ts';
import { checkValue, readInput } from './prompts/secret-input.ts';

interface Finding {
  readonly variable: string;
  readonly outcome: 'taken' | 'already there' | 'not taken';
  readonly detail: string;
}

/** Puts the recognised keys of a .env file into the vault. SECURITY: variables' names are shown, values never. */
export const takeKeys = async (context: CommandContext, file: string): Promise<number> => {
  const text = readInput(file, MAX_ENV_FILE_BYTES, `file ${file}`).toString('utf8');
  const variables = Object.entries(parseEnv(text.replace(/^\ufeff/, '')) as Record<string, string>);
  const { platforms } = (await context.call('platforms.list', {})).result();
  const wanted = context.flags.text('platform');
  const candidates = wanted === undefined ? platforms : platforms.filter(({ id }) => id === wanted);
  if (wanted !== undefined && candidates.length === 0) {
    throw new AppError(
      'PLATFORM_NOT_FOUND',
      `there is no platform ${wanted}`,
      '`keymolt platform list` shows them',
    );
  }
  const known = {
    platforms: candidates.map(({ id, key_formats: formats }) => ({ id, formats })),
    isNamed: wanted !== undefined,
  };
  const findings: Finding[] = [];
  for (const [variable, value] of variables) findings.push(await takeOne(context, known, variable, value));
  if (context.isJson) {
    const named = (outcome: Finding['outcome']) => findings.filter((finding) => finding.outcome === outcome);
    context.printJson({
      schema: 1,
      taken: named('taken').map(({ variable, detail }) => ({ variable, key: detail })),
      already_there: named('already there').map(({ variable, detail }) => ({ variable, key: detail })),
      not_taken: named('not taken').map(({ variable, detail }) => ({ variable, why: detail })),
    });
  } else if (findings.length === 0) context.print(`${file} has no variables\n`);
  else {
    context.print(
      renderTable<Finding>(
        [
          { title: 'VARIABLE', cell: ({ variable }) => variable },
          { title: 'OUTCOME', cell: ({ outcome }) => outcome },
          { title: 'KEY OR REASON', cell: ({ detail }) => detail },
        ],
        findings,
        (title) => context.paint('dim', title),
      ),
    );
    if (findings.some(({ outcome }) => outcome === 'taken'))
      context.note(`${file} still has the values: delete them there once it works`);
  }
  return 0;
};

const WHY_NOT = {
  no_variable: 'not a variable that a key may have',
  reference: 'a reference',
  unknown: 'not a key of a known platform',
} as const;

const takeOne = async (
  context: CommandContext,
  known: RecognisedBy,
  variable: string,
  value: string,
): Promise<Finding> => {
  const env = await context.oneEnv();
  const verdict = judgeVariable(variable, value, known);
  if (verdict.is !== 'key') return { variable, outcome: 'not taken', detail: WHY_NOT[verdict.is] };
  const name = keyNameOfVariable(variable);
  try {
    await context.call('keys.add', {
      name,
      env,
      platform: verdict.platform,
      value: checkValue(Buffer.from(value, 'utf8')),
      metadata: { var: variable },
    });
    return { variable, outcome: 'taken', detail: `${env}/${name}` };
  } catch (error) {
    if (!(error instanceof AppError) || error.exit === 3 || error.exit === 12) throw error;
    if (error.code === 'KEY_EXISTS') return { variable, outcome: 'already there', detail: `${env}/${name}` };
    return { variable, outcome: 'not taken', detail: error.message };
  }
};
