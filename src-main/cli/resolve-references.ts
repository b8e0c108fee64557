import { AppError } from '../../src-shared/errors/app-error.ts';
import { isErrorCode } from '../../src-shared/errors/codes.ts';
import type { CommandContext } from './context.ts';

/** Same as the contract's limit (src-shared/contract/fields.ts), which the command line does not load; a test compares them. */
export const MOST_REFERENCES = 512;
/** Leaves room in the agent's 64 KiB for quotes, commas and a passphrase. */
const MOST_BYTES = 48_000;

export type Resolved = { readonly value: Buffer } | { readonly error: AppError };

/** The values of many references, in order: in one round trip, or, for a very long list, in two. */
export const resolveReferences = async (
  context: CommandContext,
  references: readonly string[],
  purpose: 'inject' | 'resolve',
  options: {
    readonly passphrase?: Buffer;
    readonly mayUnlock?: boolean;
    readonly signal?: AbortSignal;
  } = {},
): Promise<readonly Resolved[]> => {
  const { passphrase, ...how } = options;
  const [first, ...more] = inRequests(references);
  if (first === undefined) return [];
  const ask = (part: readonly string[]): Promise<readonly Resolved[]> =>
    askFor(context, part, { purpose, ...(passphrase === undefined ? {} : { passphrase }) }, how);
  // Whether the vault is open and the caller approved, the first one finds out; it may have to ask a person.
  const head = await ask(first);
  return [head, ...(await Promise.all(more.map(ask)))].flat();
};

const askFor = async (
  context: CommandContext,
  references: readonly string[],
  rest: { readonly purpose: 'inject' | 'resolve'; readonly passphrase?: Buffer },
  how: { readonly mayUnlock?: boolean; readonly signal?: AbortSignal },
): Promise<readonly Resolved[]> => {
  const answer = await context.call(
    'secrets.resolve',
    { references: [...references], no_input: context.noInput, ...rest },
    how,
  );
  return answer.result().results.map(({ error }, at): Resolved => {
    const value = answer.attachments.get(String(at));
    if (error !== null)
      return {
        error: new AppError(isErrorCode(error.code) ? error.code : 'INTERNAL', error.message, error.hint),
      };
    if (value === undefined)
      return { error: new AppError('PROTOCOL_MISMATCH', 'the agent sent no value for a reference') };
    return { value };
  });
};

const inRequests = (references: readonly string[]): readonly (readonly string[])[] => {
  const requests: string[][] = [];
  let bytes = 0;
  for (const reference of references) {
    const size = Buffer.byteLength(JSON.stringify(reference)) + 1;
    const last = requests.at(-1);
    if (last === undefined || last.length === MOST_REFERENCES || bytes + size > MOST_BYTES) {
      requests.push([reference]);
      bytes = size;
    } else {
      last.push(reference);
      bytes += size;
    }
  }
  return requests;
};
