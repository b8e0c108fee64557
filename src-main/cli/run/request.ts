import path from 'node:path';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { InjectedVariable } from '../../run/build-child-env.ts';
import type { MaskedSecret } from '../../run/masking/mask-patterns.ts';
import type { CommandContext } from '../context.ts';
import type { Sources } from './sources.ts';

/** What the agent answered: everything that is to be injected. */
export interface PreparedRun {
  readonly runId: string;
  readonly env: string;
  readonly apiBase: string | null;
  readonly injected: readonly InjectedVariable[];
  /** The values among them, to be replaced in the child's output. Bytes of their own. */
  readonly secrets: readonly MaskedSecret[];
}

/** Asks the agent for the keys of a run. @throws {AppError} what the agent refuses with */
export const requestRun = async (
  context: CommandContext,
  ask: {
    readonly sources: Sources;
    readonly command: string;
    readonly cwd: string;
    /** Asked by a command that runs already: nobody is there to answer a question. The run whose place it takes. */
    readonly again?: { readonly replaces: string | undefined };
  },
): Promise<PreparedRun> => {
  const { env: wanted, references, only } = ask.sources;
  const request = {
    env: wanted,
    ...(only === undefined ? {} : { only: [...only] }),
    map: [...references],
    allow_live: context.flags.has('allow-live'),
    // SECURITY: the name alone; arguments may hold what nobody else is to see.
    command: path.basename(ask.command).slice(0, 300),
    cwd: ask.cwd,
    no_input: context.noInput || ask.again !== undefined,
    watch: context.flags.has('watch'),
    ...(ask.again?.replaces === undefined ? {} : { replaces: ask.again.replaces }),
  };
  const call = (approval: { passphrase?: Buffer }) =>
    context.call('secrets.prepareRun', { ...request, ...approval }, { mayUnlock: ask.again === undefined });
  const answer = ask.again === undefined ? await approved(context, call) : await call({});
  const { run_id: runId, env, api_base: apiBase, variables } = answer.result();
  const values = variables.map((one) => ({ ...one, bytes: take(answer.attachments, one.variable) }));
  return {
    runId,
    env,
    apiBase,
    // An environment is made of text, so here the bytes end.
    injected: values.map(({ variable, key, fingerprint, bytes }) => ({
      variable,
      key,
      fingerprint,
      value: bytes.toString('utf8'),
    })),
    secrets: values
      .filter(({ public_prefix: publicPrefix }) => publicPrefix !== null)
      .map(({ key, public_prefix: publicPrefix, bytes }) => ({
        name: key.slice(key.indexOf('/') + 1),
        value: bytes,
        publicPrefix: publicPrefix ?? '',
      })),
  };
};

/** Loads the asking only where there is something to ask. */
const approved = async <T>(
  context: CommandContext,
  call: (approval: { passphrase?: Buffer }) => Promise<T>,
): Promise<T> => {
  if (!context.flags.has('password-file')) {
    try {
      return await call({});
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'APPROVAL_REQUIRED' || context.noInput) throw error;
    }
  }
  const { withApproval } = await import('../prompts/offer-unlock.ts');
  return withApproval(context, call);
};

const take = (values: ReadonlyMap<string, Buffer>, variable: string): Buffer => {
  const bytes = values.get(variable);
  if (bytes === undefined) throw new AppError('PROTOCOL_MISMATCH', `the agent sent no value for ${variable}`);
  return bytes;
};
