import { actionOf } from '../../../src-shared/domain/limits/action-limits.ts';
import { CAUSES, type Cause } from '../../../src-shared/domain/cause.ts';
import {
  type AnswerFact,
  answerFact,
  type DiagnosisFacts,
} from '../../../src-shared/domain/diagnosis/facts.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Account, PlatformAuth, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { keysOf, type KeyRecord } from '../keys/key-directory.ts';
import { callOptions, withKeyValue } from '../platforms/key-call.ts';
import { hasWorked } from './key-facts.ts';

/** Calls for the diagnosis: once each, no retries, and a refusal is a fact rather than an error. */

const CALL_MS = 5000;

export interface Asked {
  readonly fact: AnswerFact;
  readonly account: Account | null;
  readonly skewMs: number | null;
}

/** Runs `work` with either the value that was handed in, or the vault's. */
export type WithAuth = <T>(work: (auth: PlatformAuth) => Promise<T>) => Promise<T>;

const isCause = (text: unknown): text is Cause => CAUSES.includes(text as Cause);

/** A failure of a call as a fact. @throws what is no AppError, and a cancelled call */
export function toFact(error: unknown, ms: number, signal: AbortSignal): AnswerFact {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'CANCELLED' && signal.aborted) throw error;
  const { details = {} } = error;
  const { status, reason, detail, target } = details;
  return answerFact.parse({
    outcome: error.code,
    status: typeof status === 'number' ? status : null,
    reason: isCause(reason) ? reason : null,
    said: typeof detail === 'string' ? detail.slice(0, 500) : null,
    message: error.message.slice(0, 500),
    target: typeof target === 'string' ? target.slice(0, 500) : null,
    isWebPage: details['web_page'] === true,
    ms,
  });
}

/** Who am I. @returns null where the platform documents no such call */
export async function askWho(
  core: Core,
  target: PlatformTarget,
  key: KeyRecord | undefined,
  useAuth: WithAuth,
  signal: AbortSignal,
): Promise<Asked | null> {
  if (target.definition.calls.whoAmI === null) return null;
  const startedAt = performance.now();
  let skewMs: number | null = null;
  try {
    const account = await useAuth((auth) =>
      core.platforms.whoAmI(target, auth, {
        ...callOptions(core, key, signal),
        retries: 0,
        timeoutMs: CALL_MS,
        onClockSkew: (skew) => (skewMs = Math.round(skew)),
      }),
    );
    return {
      fact: answerFact.parse({ outcome: 'ok', status: 200, ms: performance.now() - startedAt }),
      account,
      skewMs,
    };
  } catch (error) {
    return { fact: toFact(error, performance.now() - startedAt, signal), account: null, skewMs };
  }
}

/** The call that a person named. SECURITY: whatever the method is, it was typed by them: nothing else is ever tried. */
export async function askCall(
  core: Core,
  target: PlatformTarget,
  key: KeyRecord | undefined,
  useAuth: WithAuth,
  wanted: { readonly method: string; readonly path: string },
  signal: AbortSignal,
): Promise<DiagnosisFacts['call']> {
  const startedAt = performance.now();
  try {
    const status = await useAuth((auth) =>
      core.platforms.call(target, auth, wanted, { ...callOptions(core, key, signal), timeoutMs: CALL_MS }),
    );
    noteAction(core, target, key, wanted, null);
    return { ...answerFact.parse({ outcome: 'ok', status, ms: performance.now() - startedAt }), ...wanted };
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_URL') throw error;
    const retryAfterMs = error instanceof AppError ? error.details?.['retry_after_ms'] : undefined;
    if (error instanceof AppError && error.code === 'RATE_LIMITED' && typeof retryAfterMs === 'number')
      noteAction(core, target, key, wanted, retryAfterMs);
    return { ...toFact(error, performance.now() - startedAt, signal), ...wanted };
  }
}

/** No header tells of the limits of single actions: what goes through here is counted. */
function noteAction(
  core: Core,
  { definition }: PlatformTarget,
  key: KeyRecord | undefined,
  { method, path }: { readonly method: string; readonly path: string },
  retryAfterMs: number | null,
): void {
  const found = actionOf(definition, method, path);
  if (key === undefined || found === undefined) return;
  core.rateLimits.acted(key.id, found.action, found.place, core.now(), retryAfterMs);
  core.emit('dataChanged', { what: 'limits' });
}

const MAX_OTHERS = 3;

/** Active keys of the same platform and environment that were taken before: what happens to them tells a reset from one dead key. */
export const othersOf = (vault: OpenVault, key: KeyRecord): readonly KeyRecord[] =>
  keysOf(vault)
    .filter(
      (other) =>
        other.id !== key.id &&
        other.environmentId === key.environmentId &&
        other.meta.platform === key.meta.platform &&
        other.meta.fingerprint !== key.meta.fingerprint &&
        other.meta.status === 'active' &&
        other.hasValue &&
        hasWorked(other.meta),
    )
    .slice(0, MAX_OTHERS);

/** After a 401: asks with other keys, and looks for ours on the platform's list. Reads only. */
export async function askOthers(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<DiagnosisFacts['others']> {
  const others = othersOf(vault, key);
  if (others.length === 0) return null;
  const answers = await Promise.all(
    others.map(async (other) => ({
      other,
      asked: await askWho(core, target, other, (work) => withKeyValue(vault, other, work), signal),
    })),
  );
  const accepted = answers.find(({ asked }) => asked?.fact.outcome === 'ok');
  return {
    asked: answers.length,
    rejected: answers.filter(({ asked }) => asked?.fact.outcome === 'KEY_REJECTED').length,
    listed:
      accepted === undefined ? null : await findListed(core, vault, target, key, accepted.other, signal),
  };
}

/** Our key's status on the list that another key gets; `absent` only where both are of one account. */
export async function findListed(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  asker: KeyRecord,
  signal: AbortSignal,
): Promise<string | null> {
  const { keyId, account } = key.meta;
  if (target.definition.calls.list === null || keyId === null) return null;
  try {
    const listed = await withKeyValue(vault, asker, (auth) =>
      core.platforms.listKeys(target, auth, {
        ...callOptions(core, asker, signal),
        retries: 0,
        timeoutMs: CALL_MS,
      }),
    );
    const found = listed.find((one) => one.keyId === keyId);
    if (found !== undefined) return found.status;
    return account !== null && account === asker.meta.account ? 'absent' : null;
  } catch (error) {
    toFact(error, 0, signal);
    return null;
  }
}

/**
 * After a 404, a web page or a 401: whether the key is taken at the documented path of the same host.
 * SECURITY: the same origin only; a key is never tried at an address that nobody set.
 */
export async function findWorkingBase(
  core: Core,
  target: PlatformTarget,
  key: KeyRecord | undefined,
  useAuth: WithAuth,
  signal: AbortSignal,
): Promise<string | null> {
  const documented = target.definition.baseUrl;
  if (documented === null || !URL.canParse(target.baseUrl)) return null;
  const path = new URL(documented).pathname.replace(/\/+$/, '');
  const candidate = new URL(target.baseUrl).origin + path;
  if (candidate === target.baseUrl) return null;
  const asked = await askWho(core, { ...target, baseUrl: candidate }, key, useAuth, signal);
  return asked?.fact.outcome === 'ok' ? candidate : null;
}
