import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { usage } from '../../arguments/arguments.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDurationMs } from '../../arguments/durations.ts';
import { type Resolved, resolveReferences } from '../../resolve-references.ts';
import { reportError } from '../../output/report-error.ts';
import { isTerminal, writeOut } from '../../prompts/terminal.ts';

/** OpenClaw's exec secret provider, version 1 of its protocol (OpenClaw documentation, gateway/secrets). */
const PROTOCOL_VERSION = 1;
const MAX_REQUEST_BYTES = 1_048_576;
/** OpenClaw gives up after 5 s: an answer that says why is worth more than none. */
const TIME_LIMIT_MS = 4500;

/** One request on stdin, one answer on stdout. Never asks anybody anything. */
export const resolve: Command = async (context) => {
  if (isTerminal('stdin'))
    throw usage('`keymolt resolve` reads a request on stdin; `keymolt read` prints a value');
  const limit = context.flags.text('timeout');
  const limitMs = limit === undefined ? TIME_LIMIT_MS : readDurationMs(limit, '--timeout');
  const timer = AbortSignal.timeout(limitMs);
  try {
    const ids = readIds(await readStdin(timer));
    return await answer(context, ids, timer);
  } catch (error) {
    if (!timer.aborted) throw error;
    throw new AppError('TIMEOUT', `no answer within ${limitMs} ms`, '--timeout gives it longer');
  }
};

const answer = async (
  context: CommandContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> => {
  const env = await environmentOfBare(context, ids);
  const references = new Map(ids.map((id) => [id, toReference(id, env)]));
  const asked = ids.filter((id) => typeof references.get(id) === 'string');
  let resolved: readonly Resolved[];
  let failure: AppError | undefined;
  try {
    // An agent that was started now would be locked, so none is.
    if ((await context.findAgent()) === undefined)
      throw new AppError('VAULT_LOCKED', 'The vault is locked.', 'Unlock it with `keymolt unlock`.');
    const wanted = asked.map((id) => String(references.get(id)));
    resolved = await resolveReferences(context, wanted, 'resolve', { mayUnlock: false, signal });
  } catch (error) {
    if (!(error instanceof AppError) || error.exit !== 3) throw error;
    // Who asked for the keys is told for each of them; who reads the exit status and stderr, once.
    failure = error;
    resolved = asked.map(() => ({ error: failure ?? error }));
  }
  const outcomes = new Map<string, Resolved>(
    ids.map((id) => {
      const reference = references.get(id);
      return [id, { error: reference instanceof AppError ? reference : notAnId() }];
    }),
  );
  asked.forEach((id, at) => {
    const outcome = resolved[at];
    if (outcome !== undefined) outcomes.set(id, outcome);
  });
  print(outcomes);
  failure ??= refusalOfAll([...outcomes.values()]);
  return failure === undefined ? 0 : reportError(failure, { isJson: context.isJson, isDebug: false });
};

/** Nothing at all was handed out, and for want of a grant: whoever started this should hear of it too. */
const refusalOfAll = (outcomes: readonly Resolved[]): AppError | undefined => {
  const refusals = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  if (refusals.length < outcomes.length) return undefined;
  return refusals.find(({ exit }) => exit === 3);
};

const isBare = (id: string): boolean => !id.includes('/');

/** Where a bare name belongs, or why that cannot be said: a project file that nobody has confirmed yet chooses nothing. */
const environmentOfBare = async (
  context: CommandContext,
  ids: readonly string[],
): Promise<string | AppError> => {
  if (context.env !== undefined || !ids.some(isBare)) return context.env ?? 'dev';
  try {
    return (await context.project({ mayAsk: false }))?.env ?? 'dev';
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};

/** `dev/name`, `env/name/field`, or a bare name. @returns undefined for what is too long to be one */
const toReference = (id: string, env: string | AppError): string | AppError | undefined => {
  if (isBare(id) && typeof env !== 'string') return env;
  const text = id.startsWith('molt://') ? id : `molt://${isBare(id) ? `${String(env)}/${id}` : id}`;
  return text.length <= 300 ? text : undefined;
};

const notAnId = (): AppError =>
  new AppError('BAD_REFERENCE', 'That is not a reference to a key.', 'Write ENV/NAME or ENV/NAME/field.');

/** SECURITY: values go from buffer to stdout; text made of them could not be wiped. */
const print = (outcomes: ReadonlyMap<string, Resolved>): void => {
  const values: Buffer[] = [];
  const errors: Record<string, { code: string; message: string }> = Object.create(null) as never;
  for (const [id, outcome] of outcomes) {
    if ('error' in outcome) {
      const { code, message, hint } = outcome.error;
      errors[id] = { code, message: hint === '' ? message : `${message} ${hint}` };
    } else {
      const name = Buffer.from(`${values.length === 0 ? '' : ','}${JSON.stringify(id)}:`);
      values.push(name, jsonString(outcome.value));
      outcome.value.fill(0);
    }
  }
  const whole = Buffer.concat([
    Buffer.from(`{"protocolVersion":${PROTOCOL_VERSION},"values":{`),
    ...values,
    Buffer.from(`},"errors":${JSON.stringify(errors)}}\n`),
  ]);
  for (const part of values) part.fill(0);
  try {
    writeOut(whole);
  } finally {
    whole.fill(0);
  }
};

/** RFC 8259, section 7: quotes, backslashes and control characters are escaped, all else is UTF-8 as it is. */
export const jsonString = (utf8: Uint8Array): Buffer => {
  const escaped = Buffer.alloc(utf8.length * 6 + 2);
  let length = escaped.write('"');
  for (const byte of utf8) {
    if (byte === 0x22 || byte === 0x5c) {
      escaped[length] = 0x5c;
      escaped[length + 1] = byte;
      length += 2;
    } else if (byte < 0x20) length += escaped.write(`\\u00${byte.toString(16).padStart(2, '0')}`, length);
    else {
      escaped[length] = byte;
      length += 1;
    }
  }
  length += escaped.write('"', length);
  const text = Buffer.from(escaped.subarray(0, length));
  escaped.fill(0);
  return text;
};

/** @throws {AppError} BAD_REQUEST */
export const readIds = (request: string): readonly string[] => {
  const refuse = (what: string): AppError =>
    new AppError(
      'BAD_REQUEST',
      `the request on stdin ${what}`,
      'see the exec secret provider in the documentation of OpenClaw',
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(request);
  } catch {
    throw refuse('is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refuse('is not an object');
  const { protocolVersion, provider, ids } = parsed as Record<string, unknown>;
  if (protocolVersion !== PROTOCOL_VERSION)
    throw refuse(`is not of version ${PROTOCOL_VERSION} of the protocol`);
  if (typeof provider !== 'string') throw refuse('names no provider');
  if (!Array.isArray(ids) || !ids.every((id): id is string => typeof id === 'string'))
    throw refuse('has no list of ids');
  return [...new Set(ids)];
};

const readStdin = (signal: AbortSignal): Promise<string> =>
  new Promise((settle, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stdin = process.stdin;
    signal.addEventListener('abort', () => {
      stdin.destroy();
      reject(new AppError('TIMEOUT', 'the request on stdin did not end'));
    });
    stdin.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= MAX_REQUEST_BYTES) return;
      stdin.destroy();
      reject(
        new AppError('BAD_REQUEST', `the request on stdin has more than ${MAX_REQUEST_BYTES} bytes`, ''),
      );
    });
    stdin.on('end', () => settle(Buffer.concat(chunks).toString('utf8')));
    stdin.on('error', () => reject(new AppError('BAD_FILE', 'stdin cannot be read')));
  });
