import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { type Candidate, CONFIDENCES, RUNGS } from '../../../src-shared/domain/diagnosis/candidate.ts';
import { diagnose, type Diagnosis } from '../../../src-shared/domain/diagnosis/diagnose.ts';
import type { DiagnosisFacts } from '../../../src-shared/domain/diagnosis/facts.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { environmentOf, keysIn, keysOf, type KeyRecord, requireEnvironment } from '../keys/key-directory.ts';
import { withKeyValue } from '../platforms/key-call.ts';
import { requireDefinition } from '../platforms/platform-settings.ts';
import { type Asked, askWho, findListed } from './ask-platform.ts';
import { findTarget, localFacts, type Patient, recordCheck, withAnswers } from './examine-key.ts';
import { hasWorked } from './key-facts.ts';
import { gotThrough, type Look, lookAtNetwork } from './look.ts';
import { causeView } from './cause-view.ts';

type Request = Pick<RequestOf<'doctor.run'>, 'env' | 'offline' | 'proxies'>;

/** More would only stand in line behind the client's own eight connections. */
const AT_ONCE = 8;

interface Examined {
  readonly patient: Patient & { readonly key: KeyRecord };
  readonly target: PlatformTarget | undefined;
  facts: DiagnosisFacts;
  asked: Asked | null;
}

/** Every key of an environment, or of all: the network once for each address, each key asked once. */
export async function examineAll(
  core: Core,
  vault: OpenVault,
  request: Request,
  signal: AbortSignal,
): Promise<Omit<DoctorView, 'schema' | 'duration_ms' | 'at' | 'version'>> {
  const keys = (
    request.env === undefined ? keysOf(vault) : keysIn(vault, requireEnvironment(vault, request.env).id)
  ).filter(({ meta }) => meta.status !== 'revoked');
  const all = await Promise.all(keys.map((key) => prepare(core, vault, key)));
  if (request.offline !== true) await askAll(core, vault, all, request, signal);
  const diagnoses = all.map(({ facts }) => diagnose(facts));
  return summary(all, diagnoses);
}

async function prepare(core: Core, vault: OpenVault, key: KeyRecord): Promise<Examined> {
  const environment = environmentOf(vault, key);
  const definition = requireDefinition(core, vault, key.meta.platform);
  const patient = { key, environment, definition, sources: null, value: undefined };
  const { target, missing } = await findTarget(core, vault, definition, environment.meta.name);
  return {
    patient,
    target,
    facts: { ...localFacts(core, vault, patient, target?.baseUrl ?? null), answer: missing },
    asked: null,
  };
}

async function askAll(
  core: Core,
  vault: OpenVault,
  all: readonly Examined[],
  request: Request,
  signal: AbortSignal,
): Promise<void> {
  const looks = new Map<string, Promise<Look>>();
  for (const { target } of all) {
    if (target !== undefined && !looks.has(target.baseUrl))
      looks.set(target.baseUrl, lookAtNetwork(core, target, request.proxies, signal));
  }
  await inTurn(all, async (one) => {
    const { target, patient } = one;
    if (target === undefined) return;
    const look = await looks.get(target.baseUrl);
    if (look === undefined) return;
    const { key } = patient;
    const isThere = gotThrough(look.network) && key.hasValue;
    one.asked = isThere
      ? await askWho(core, target, key, (work) => withKeyValue(vault, key, work), signal)
      : null;
    one.facts = withAnswers(core, vault, patient, one.facts, { look, asked: one.asked, own: null, target });
    if (one.asked !== null) recordCheck(core, vault, key, one.asked);
  });
  for (const group of groupsOf(all)) await compare(core, vault, group, signal);
}

/** Keys of one platform at one address: they stand and fall together. */
function groupsOf(all: readonly Examined[]): readonly (readonly Examined[])[] {
  const groups = new Map<string, Examined[]>();
  for (const one of all) {
    const id = `${one.patient.definition.id} ${one.target?.baseUrl ?? ''}`;
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups.values()];
}

/** What the keys of one platform tell of each other: all refused is a reset; one that works can read the list. */
async function compare(
  core: Core,
  vault: OpenVault,
  group: readonly Examined[],
  signal: AbortSignal,
): Promise<void> {
  const used = group.filter(({ asked, patient }) => asked !== null && hasWorked(patient.key.meta));
  const rejected = used.filter(({ asked }) => asked?.fact.outcome === 'KEY_REJECTED');
  const taken = group.filter(({ asked }) => asked?.fact.outcome === 'ok');
  await inTurn(
    group.filter(({ asked }) => asked?.fact.outcome === 'KEY_REJECTED'),
    async (one) => {
      const { key } = one.patient;
      const isUsed = used.includes(one);
      // Another account's list says nothing of this key.
      const accepted =
        taken.find(({ patient }) => patient.key.meta.account === key.meta.account) ??
        taken.find(() => key.meta.account === null);
      one.facts = {
        ...one.facts,
        others: {
          asked: used.length - (isUsed ? 1 : 0),
          rejected: rejected.length - (isUsed ? 1 : 0),
          listed:
            accepted === undefined || one.target === undefined
              ? null
              : await findListed(core, vault, one.target, key, accepted.patient.key, signal),
        },
      };
    },
  );
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
}

/** Of many keys a person has to be told which; what is wrong with the way there is wrong with all of them. */
const naming = (cause: Candidate, key: string | null): Candidate =>
  key === null || cause.rung.startsWith('net.') || cause.code === 'platform.reset'
    ? cause
    : { ...cause, message: `${key}: ${cause.message}` };

function summary(
  all: readonly Examined[],
  diagnoses: readonly Diagnosis[],
): Omit<DoctorView, 'schema' | 'duration_ms' | 'at' | 'version'> {
  const found = diagnoses
    .flatMap(({ cause }, at): Candidate[] =>
      cause === null ? [] : [naming(cause, all[at]?.facts.subject.key ?? null)],
    )
    .toSorted(
      (a, b) =>
        Number(a.severity === 'warn') - Number(b.severity === 'warn') ||
        // What is not the person's fault, and fells all keys at once, explains the rest.
        Number(b.code === 'platform.reset') - Number(a.code === 'platform.reset') ||
        RUNGS.indexOf(a.rung) - RUNGS.indexOf(b.rung) ||
        CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence),
    );
  const [first] = found;
  return {
    verdict: first === undefined ? 'healthy' : first.severity === 'fail' ? 'broken' : 'degraded',
    cause: first === undefined ? null : causeView(first),
    checks: all.map(({ facts }, at) => {
      const diagnosis = diagnoses[at];
      const cause = diagnosis?.cause ?? null;
      return {
        id: `key ${facts.subject.key ?? ''}`,
        status: cause === null ? ('pass' as const) : cause.severity,
        evidence:
          cause?.message ??
          (facts.answer === null ? 'nothing is wrong with what was looked at' : 'the platform takes it'),
        code: cause?.code ?? null,
        fix: cause?.fix.command ?? null,
      };
    }),
    key: null,
    platform: null,
    base_url: null,
    fingerprint: null,
    others: found
      .slice(1)
      .filter(
        ({ code }, at, rest) => code !== first?.code && rest.findIndex((other) => other.code === code) === at,
      )
      .map(causeView),
    sources: [],
    keys: all.map(({ facts, patient }, at) => {
      const diagnosis = diagnoses[at];
      return {
        key: facts.subject.key ?? '',
        platform: patient.definition.id,
        verdict: diagnosis?.verdict ?? 'healthy',
        cause: diagnosis === undefined || diagnosis.cause === null ? null : causeView(diagnosis.cause),
      };
    }),
  };
}
