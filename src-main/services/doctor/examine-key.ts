import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import { RUNGS, type Rung } from '../../../src-shared/domain/diagnosis/candidate.ts';
import { diagnose, type Diagnosis } from '../../../src-shared/domain/diagnosis/diagnose.ts';
import {
  type AnswerFact,
  answerFact,
  type DiagnosisFacts,
  type NetworkFact,
  type SourcesFact,
} from '../../../src-shared/domain/diagnosis/facts.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { windowsOf } from '../../../src-shared/domain/limits/rate-limit.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Account, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { changeKey, checkedNow } from '../keys/key-change.ts';
import type { EnvironmentRecord, KeyRecord } from '../keys/key-directory.ts';
import { withKeyValue } from '../platforms/key-call.ts';
import {
  configuredBaseUrl,
  definitionsOf,
  platformTarget,
  settingsOf,
} from '../platforms/platform-settings.ts';
import { askCall, type Asked, askOthers, askWho, findWorkingBase, type WithAuth } from './ask-platform.ts';
import { hygieneFacts, subjectFacts, textFacts } from './key-facts.ts';
import { gotThrough, type Look, lookAtNetwork } from './look.ts';

/** Whom the doctor looks at. */
export interface Patient {
  readonly key: KeyRecord | undefined;
  readonly environment: EnvironmentRecord;
  readonly definition: PlatformDefinition;
  readonly sources: SourcesFact | null;
  /** What the asking program would send, where that is not the vault's value. */
  readonly value: Secret | undefined;
}

type Request = Pick<
  RequestOf<'doctor.run'>,
  'offline' | 'method' | 'path' | 'proxies' | 'egress_address' | 'operation_id'
>;

/** All checks of one key: what needs nobody at once, then the network and the platform side by side. */
export async function examineKey(
  core: Core,
  vault: OpenVault,
  patient: Patient,
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly facts: DiagnosisFacts; readonly diagnosis: Diagnosis }> {
  const { key, environment, definition } = patient;
  const { target, missing } = await findTarget(core, vault, definition, environment.meta.name);
  let facts = localFacts(core, vault, patient, target?.baseUrl ?? null);
  const progress = progressOf(core, request.operation_id);
  progress(facts, ['key.text', 'env.source', 'hygiene.key']);
  if (request.offline === true) return { facts, diagnosis: diagnose(facts) };
  if (target === undefined) {
    facts = { ...facts, answer: missing };
    return { facts, diagnosis: diagnose(facts) };
  }
  const useAuth = authOf(vault, patient);
  const lost = new AbortController();
  const calling = AbortSignal.any([signal, lost.signal]);
  const given = request.egress_address ?? null;
  const echo = given === null ? (settingsOf(vault, definition.id)?.meta.egressEchoUrl ?? null) : null;
  const looking = lookAtNetwork(core, target, request.proxies, signal, (network) => {
    progress({ ...facts, network }, stepsOf(network));
  }).then((look) => {
    // Who cannot get through need not wait for the call's own time-out.
    if (!gotThrough(look.network)) lost.abort();
    facts = { ...facts, network: look.network };
    progress(facts, ['net.dns', 'net.tcp', 'net.proxy', 'net.tls', 'net.clock']);
    return look;
  });
  const asking =
    useAuth === undefined
      ? Promise.resolve(null)
      : askUnlessGivenUp(core, target, patient, useAuth, calling, signal).then((asked) => {
          // What a refusal means is told when it is known; that somebody answered is known now.
          if (asked !== null)
            progress({ ...facts, answer: asked.fact, account: accountFact(asked.account, definition) }, [
              'net.http',
              ...(asked.fact.outcome === 'ok' ? WHEN_TAKEN : []),
            ]);
          return asked;
        });
  const [look, asked, own] = await Promise.all([
    looking,
    asking,
    echo === null ? given : core.networkProbes.ownAddress(echo, signal),
  ]);
  facts = withAnswers(core, vault, patient, facts, { look, asked, own, target });
  if (key !== undefined && patient.value === undefined && asked !== null)
    recordCheck(core, vault, key, asked);
  if (useAuth !== undefined && asked !== null)
    facts = await furtherQuestions(core, vault, patient, facts, target, useAuth, asked.fact, request, signal);
  facts = { ...facts, limits: limitsFor(core, vault, key, definition) };
  progress(
    facts,
    RUNGS.filter((rung) => !rung.startsWith('net.') || rung === 'net.http'),
  );
  return { facts, diagnosis: diagnose(facts) };
}

/** What an accepted key settles at once. */
const WHEN_TAKEN: readonly Rung[] = ['auth.who_am_i', 'account.status', 'key.status'];

/** The last step that a look at the network has taken. */
const stepsOf = ({ tcp, tls }: NetworkFact): readonly Rung[] =>
  tls !== null ? ['net.tls'] : tcp !== null ? ['net.tcp'] : ['net.dns'];

function authOf(vault: OpenVault, { key, value }: Patient): WithAuth | undefined {
  if (value !== undefined && value.byteLength > 0) return (work) => work({ kind: 'api-key', value });
  return key?.hasValue === true ? (work) => withKeyValue(vault, key, work) : undefined;
}

async function askUnlessGivenUp(
  core: Core,
  target: PlatformTarget,
  { key, value }: Patient,
  useAuth: WithAuth,
  calling: AbortSignal,
  signal: AbortSignal,
): Promise<Asked | null> {
  try {
    // Limits that a stranger's value meets are not this key's.
    return await askWho(core, target, value === undefined ? key : undefined, useAuth, calling);
  } catch (error) {
    if (error instanceof AppError && error.code === 'CANCELLED' && !signal.aborted) return null;
    if (error instanceof AppError && error.code === 'CANCELLED' && isTimeUp(signal))
      return {
        fact: answerFact.parse({ outcome: 'TIMEOUT', reason: 'net.timeout' }),
        account: null,
        skewMs: null,
      };
    throw error;
  }
}

const isTimeUp = ({ reason }: AbortSignal): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError';

/** After a refusal: what would tell the candidates apart, as long as it only reads. */
async function furtherQuestions(
  core: Core,
  vault: OpenVault,
  { key, value }: Patient,
  facts: DiagnosisFacts,
  target: PlatformTarget,
  useAuth: WithAuth,
  answer: AnswerFact,
  { method, path }: Request,
  signal: AbortSignal,
): Promise<DiagnosisFacts> {
  if (answer.outcome === 'ok') {
    if (method === undefined || path === undefined) return facts;
    return { ...facts, call: await askCall(core, target, key, useAuth, { method, path }, signal) };
  }
  const isRejected = answer.outcome === 'KEY_REJECTED';
  if (!isRejected && answer.outcome !== 'NOT_FOUND' && !answer.isWebPage) return facts;
  const [worksAt, others] = await Promise.all([
    findWorkingBase(core, target, value === undefined ? key : undefined, useAuth, signal),
    isRejected && key !== undefined && value === undefined
      ? askOthers(core, vault, target, key, signal)
      : null,
  ]);
  return { ...facts, worksAt, others };
}

/** What is known without a call. */
export function localFacts(
  core: Core,
  vault: OpenVault,
  { key, environment, definition, sources, value }: Patient,
  baseUrl: string | null,
): DiagnosisFacts {
  return {
    subject: subjectFacts(vault, key, environment, definition, baseUrl),
    // What a shell has instead is judged with its source; the vault's own text is judged here.
    text: textOf(core, vault, key, definition),
    sources,
    network: null,
    answer: null,
    account: null,
    others: null,
    worksAt: null,
    call: null,
    addresses: { allowed: [...(key?.meta.cidrs ?? [])], own: null },
    limits: value === undefined ? limitsFor(core, vault, key, definition) : [],
    hygiene: hygieneFacts(core, vault, key, environment),
  };
}

function textOf(
  core: Core,
  vault: OpenVault,
  key: KeyRecord | undefined,
  definition: PlatformDefinition,
): DiagnosisFacts['text'] {
  if (key?.hasValue !== true) return null;
  const value = vault.openValue(key.id);
  try {
    return textFacts(value, definition, definitionsOf(core, vault));
  } finally {
    value.wipe();
  }
}

export function limitsFor(
  core: Core,
  vault: OpenVault,
  key: KeyRecord | undefined,
  definition: PlatformDefinition,
): DiagnosisFacts['limits'] {
  if (key === undefined) return [];
  const tier = settingsOf(vault, definition.id)?.meta.tier ?? key.meta.tier;
  return windowsOf(
    definition,
    tier,
    core.rateLimits.lastOf(key.id),
    core.now(),
    core.rateLimits.headroomOf(key.id),
  );
}

export function withAnswers(
  core: Core,
  vault: OpenVault,
  { key, definition }: Patient,
  facts: DiagnosisFacts,
  seen: {
    readonly look: Look;
    readonly asked: Asked | null;
    readonly own: string | null;
    readonly target: PlatformTarget;
  },
): DiagnosisFacts {
  const { look, asked, own, target } = seen;
  const isLoopback = /^(?:127\.|::1|::ffff:127\.)/.test(look.localAddress ?? '');
  return {
    ...facts,
    subject: { ...facts.subject, baseUrl: target.baseUrl },
    network: { ...look.network, skewMs: look.network.skewMs ?? asked?.skewMs ?? null },
    answer: asked?.fact ?? null,
    account: accountFact(asked?.account ?? null, definition),
    // On loopback our own end of the connection is what the platform sees.
    addresses: { ...facts.addresses, own: own ?? (isLoopback ? look.localAddress : null) },
    limits: limitsFor(core, vault, key, definition),
  };
}

function accountFact(
  account: Account | null,
  { accountStatuses }: PlatformDefinition,
): DiagnosisFacts['account'] {
  const status = account?.status ?? null;
  if (status === null) return null;
  const known = Object.entries(accountStatuses).find(([word]) => word.toLowerCase() === status.toLowerCase());
  return { status: status.slice(0, 100), stops: known?.[1] ?? null };
}

export function recordCheck(core: Core, vault: OpenVault, key: KeyRecord, { fact, account }: Asked): void {
  // A vault with open findings takes no changes; the diagnosis is worth having all the same.
  if (vault.tamperFindings.length > 0) return;
  changeKey(core, vault, key, {
    ...(account === null
      ? {}
      : { account: account.id ?? key.meta.account, tier: account.tier ?? key.meta.tier }),
    lastCheck: checkedNow(core, fact.outcome),
  });
}

/** Where to call; where that cannot be said, why, as a fact. */
export async function findTarget(
  core: Core,
  vault: OpenVault,
  definition: PlatformDefinition,
  env: string,
): Promise<{ readonly target: PlatformTarget | undefined; readonly missing: AnswerFact | null }> {
  try {
    return { target: await platformTarget(core, vault, definition.id, env), missing: null };
  } catch (error) {
    if (!(error instanceof AppError) || configuredBaseUrl(vault, definition, env) !== null) throw error;
    return { target: undefined, missing: answerFact.parse({ outcome: error.code, message: error.message }) };
  }
}

/** Tells a window of each rung as soon as it is known. */
function progressOf(
  core: Core,
  operationId: string | undefined,
): (facts: DiagnosisFacts, rungs: readonly Rung[]) => void {
  if (operationId === undefined) return () => undefined;
  return (facts, rungs) => {
    for (const check of diagnose(facts).checks) {
      if (rungs.includes(check.id))
        core.emit('doctorProgress', {
          operation_id: operationId,
          key: facts.subject.key,
          check: { ...check },
        });
    }
  };
}
