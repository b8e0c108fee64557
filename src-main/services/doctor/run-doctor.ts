import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import type { Diagnosis } from '../../../src-shared/domain/diagnosis/diagnose.ts';
import type { DiagnosisFacts, SourcesFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { reachOf, winnerOf } from '../../../src-shared/domain/diagnosis/rules/source-places.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { changeKey } from '../keys/key-change.ts';
import { keysIn, requireEnvironment, requireKey, type KeyRecord } from '../keys/key-directory.ts';
import { editKey } from '../keys/creation/add-key.ts';
import { definitionsOf, requireDefinition } from '../platforms/platform-settings.ts';
import { causeView } from './cause-view.ts';
import { examineAll } from './examine-all.ts';
import { examineKey, type Patient } from './examine-key.ts';
import { cleanText, matchValue, requireCleanText, runSources, textFacts } from './key-facts.ts';

/** Everything is given up after this, whatever hangs: a person waits. */
const WHOLE_MS = 9500;

/** @throws {AppError} KEY_NOT_FOUND, ENV_NOT_FOUND, BAD_URL for a path that is none, CANCELLED */
export async function runDoctor(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'doctor.run'>, 'value'>,
  value: Secret | undefined,
): Promise<ResponseOf<'doctor.run'>> {
  if ((request.method === undefined) !== (request.path === undefined)) {
    throw new AppError(
      'USAGE',
      'A method and a path belong together.',
      'Such as --method POST --path /dens.',
    );
  }
  return core.operations.run(request.operation_id, call.signal, (signal) =>
    examine(core, AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]), request, value),
  );
}

async function examine(
  core: Core,
  signal: AbortSignal,
  request: Omit<RequestOf<'doctor.run'>, 'value'>,
  value: Secret | undefined,
): Promise<DoctorView> {
  const startedAt = performance.now();
  const vault = core.vault.require();
  const frame = (): Pick<DoctorView, 'schema' | 'duration_ms' | 'at' | 'version'> => ({
    schema: 1,
    duration_ms: Math.round(performance.now() - startedAt),
    at: new Date(core.now()).toISOString(),
    version: core.version,
  });
  if (request.key === undefined && request.sources === undefined) {
    const all = await examineAll(core, vault, request, signal);
    return { ...all, ...frame() };
  }
  const patient = choosePatient(core, vault, request, value);
  const { facts, diagnosis } = await examineKey(core, vault, patient, request, signal);
  return { ...toView(facts, diagnosis, patient.key?.meta.fingerprint ?? null), ...frame() };
}

/** The key that was named; else the one that the shell's value belongs to, or that has the variable. */
function choosePatient(
  core: Core,
  vault: OpenVault,
  request: Omit<RequestOf<'doctor.run'>, 'value'>,
  value: Secret | undefined,
): Patient {
  const sources = request.sources;
  const fingerprint = value === undefined ? undefined : vault.fingerprint(value.expose());
  const named = request.key === undefined ? undefined : requireKey(vault, request.key, request.env);
  const environment = named?.environment ?? requireEnvironment(vault, request.env);
  const key = named?.key ?? guessKey(vault, environment.id, sources, fingerprint);
  const withRuns =
    sources === undefined
      ? null
      : { ...sources, sources: [...sources.sources, ...runSources(core, vault, sources.variable, key)] };
  const isForeign = fingerprint !== undefined && fingerprint !== key?.meta.fingerprint;
  return {
    key,
    environment,
    definition: definitionFor(core, vault, key, value),
    sources: withRuns,
    value: isForeign ? value : undefined,
  };
}

function guessKey(
  vault: OpenVault,
  environmentId: KeyRecord['id'],
  sources: SourcesFact | undefined,
  fingerprint: string | undefined,
): KeyRecord | undefined {
  const here = keysIn(vault, environmentId).filter(({ meta }) => meta.status !== 'revoked');
  const byValue = fingerprint === undefined ? undefined : matchValue(vault, fingerprint, undefined).record;
  if (byValue !== undefined && here.some(({ id }) => id === byValue.id)) return byValue;
  const winner = sources === undefined ? undefined : winnerOf(sources);
  return (
    here.find((key) => winner?.fingerprint === key.meta.fingerprint) ??
    here.find(({ meta }) => meta.variable === sources?.variable)
  );
}

/** The key's platform; without a key the one whose keys look like the value; without a value Hosting. */
function definitionFor(core: Core, vault: OpenVault, key: KeyRecord | undefined, value: Secret | undefined) {
  if (key !== undefined) return requireDefinition(core, vault, key.meta.platform);
  const all = definitionsOf(core, vault);
  const fitting =
    value === undefined
      ? undefined
      : all.find(
          (definition) =>
            definition.keyFormats.length > 0 &&
            definition.baseUrl !== null &&
            textFacts(value, definition, all).findings.length === 0,
        );
  return fitting ?? requireDefinition(core, vault, 'den-hosting');
}

function toView(
  facts: DiagnosisFacts,
  { verdict, cause, candidates, checks }: Diagnosis,
  fingerprint: string | null,
): Omit<DoctorView, 'schema' | 'duration_ms' | 'at' | 'version'> {
  return {
    verdict,
    cause: cause === null ? null : causeView(cause),
    checks: checks.map((check) => ({ ...check })),
    key: facts.subject.key,
    platform: facts.subject.platform,
    base_url: facts.subject.baseUrl,
    fingerprint,
    others: candidates.slice(1).map(causeView),
    sources: reachOf(facts.sources?.sources ?? []).map(({ source, reach }) => ({
      kind: source.kind,
      where: source.where,
      variable: source.variable,
      line: source.line,
      state: source.state,
      fingerprint: source.fingerprint,
      match: source.match,
      key: source.key,
      reach,
    })),
    keys: [],
  };
}

/** What a value out of a person's shell or files is. SECURITY: fingerprint, match and findings go back, never a part of it. */
export function inspectValue(
  core: Core,
  request: Omit<RequestOf<'doctor.inspectValue'>, 'value'>,
  value: Secret,
): ResponseOf<'doctor.inspectValue'> {
  const vault = core.vault.require();
  const preferred = request.key === undefined ? undefined : requireKey(vault, request.key, request.env).key;
  const fingerprint = vault.fingerprint(value.expose());
  const { match, key, record } = matchValue(vault, fingerprint, preferred);
  const definition = definitionFor(core, vault, record ?? preferred, value);
  const { findings, startsWithScheme } = textFacts(value, definition, definitionsOf(core, vault));
  return {
    schema: 1,
    fingerprint,
    match: match ?? 'unknown',
    key,
    clean_key: cleanKeyOf(vault, value, definition, preferred),
    findings: startsWithScheme
      ? [
          {
            code: 'auth.bearer_instead_of_key',
            message: `The value begins with “Bearer ”: the key alone belongs in ${definition.auth.apiKeyHeader}.`,
            position: 0,
            codePoint: null,
          },
        ]
      : findings,
  };
}

/** The key whose value it is, but for blanks, quotes and look-alikes. */
function cleanKeyOf(
  vault: OpenVault,
  value: Secret,
  definition: PlatformDefinition,
  preferred: KeyRecord | undefined,
): string | null {
  const text = cleanText(value.expose().toString('utf8'), definition);
  if (text === undefined) return null;
  const cleaned = Secret.fromText(text);
  try {
    const { match, key } = matchValue(vault, vault.fingerprint(cleaned.expose()), preferred);
    return match === 'previous' ? null : key;
  } finally {
    cleaned.wipe();
  }
}

/** @throws {AppError} KEY_NOT_FOUND; BAD_VALUE where there is nothing to be cleaned safely */
export function cleanValue(
  core: Core,
  call: Call,
  request: RequestOf<'doctor.cleanValue'>,
): ResponseOf<'doctor.cleanValue'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const before = vault.openValue(key.id);
  let cleaned: Secret;
  try {
    cleaned = Secret.fromText(
      requireCleanText(before.expose().toString('utf8'), requireDefinition(core, vault, key.meta.platform)),
    );
  } finally {
    before.wipe();
  }
  try {
    const answer = editKey(core, call, request, cleaned);
    // The same key, written rightly: what the platform knows of it still holds, and it is no day younger.
    const { keyId, account, tier, rotatedAt, lastUsedAt, platformName } = key.meta;
    changeKey(core, vault, key, { keyId, account, tier, rotatedAt, lastUsedAt, platformName });
    return answer;
  } finally {
    cleaned.wipe();
  }
}
