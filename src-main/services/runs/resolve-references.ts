import { parseReference } from '../../../src-shared/domain/references/reference.ts';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { requireKey } from '../keys/key-directory.ts';
import { requireApproval } from './approval.ts';
import { noteHandedOut, openField } from './hand-out.ts';
import { type Injection, requireUsable } from './plan-injection.ts';

type Result = ResponseOf<'secrets.resolve'>['results'][number];
type Found = Omit<Injection, 'variable'>;

/**
 * Many references at once, for `inject` and `resolve`. One that cannot be had does not keep the others back: it is
 * answered with its error. Attaches each value under its place in the request.
 */
export async function resolveReferences(
  core: Core,
  call: Call,
  request: RequestOf<'secrets.resolve'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'secrets.resolve'>> {
  const vault = core.vault.require();
  const found = request.references.map((reference) => attempt(() => find(vault, reference)));
  const refusals = await refusedEnvironments(core, call, found, request, passphrase);
  const results = found.map((outcome, at): Result => {
    if (outcome instanceof AppError) return refused(outcome);
    const { key, environment, field } = outcome;
    const refusal = field === 'value' ? refusals.get(environment.id) : undefined;
    if (refusal !== undefined) return refused(refusal);
    const value = attempt(() => openField(vault, key, field));
    if (value instanceof AppError) return refused(value);
    if (value.expose().length === 0) return refused(unknownField(key.meta.name, field));
    call.attach(String(at), value);
    return { key: `${environment.meta.name}/${key.meta.name}`, error: null };
  });
  const handedOut = new Map<string, Found>();
  found.forEach((outcome, at) => {
    if (outcome instanceof AppError || outcome.field !== 'value' || results[at]?.error !== null) return;
    handedOut.set(outcome.key.id, outcome);
  });
  noteHandedOut(vault, call, [...handedOut.values()], `secret.${request.purpose}`);
  return { schema: 1, results };
}

function find(vault: OpenVault, text: string): Found {
  const { env, name, field } = parseReference(text);
  const { key, environment } = requireKey(vault, name, env);
  if (field === 'value') requireUsable(key, environment);
  return { key, environment, field };
}

/** The environments whose keys this caller is not handed. A wrong passphrase is an answer to the whole request. */
async function refusedEnvironments(
  core: Core,
  call: Call,
  found: readonly (Found | AppError)[],
  { purpose, no_input: noInput }: Pick<RequestOf<'secrets.resolve'>, 'purpose' | 'no_input'>,
  passphrase: Secret | undefined,
): Promise<ReadonlyMap<string, AppError>> {
  const wanted = found.filter(
    (outcome) => !(outcome instanceof AppError) && outcome.field === 'value',
  ) as Found[];
  const refusals = new Map<string, AppError>();
  for (const id of new Set(wanted.map(({ environment }) => environment.id))) {
    try {
      const keys = wanted.filter(({ environment }) => environment.id === id);
      await requireApproval(core, call, keys, { purpose, passphrase, noInput });
    } catch (error) {
      const isRefusal =
        error instanceof AppError && (error.code === 'APPROVAL_REQUIRED' || error.code === 'APPROVAL_DENIED');
      if (!isRefusal) throw error;
      refusals.set(id, error);
    }
  }
  return refusals;
}

/** An empty text in a configuration would look like a setting. */
const unknownField = (name: string, field: string): AppError =>
  new AppError(
    'KEY_ID_UNKNOWN',
    `The ${field} of ${name} is not known.`,
    'Set it with `keymolt key edit --key-id`, or let `keymolt sync` find it.',
  );

const refused = ({ code, message, hint }: AppError): Result => ({
  key: null,
  error: { code, message, hint },
});

/** Locking is an answer to the whole request; what is wrong with one reference is an answer to that one. */
function attempt<T>(work: () => T): T | AppError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.code !== 'VAULT_LOCKED') return error;
    throw error;
  }
}
