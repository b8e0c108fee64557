import { inspectKeyText } from '../../../src-shared/domain/keys/key-format.ts';
import { plainText } from '../../../src-shared/domain/keys/key-characters.ts';
import {
  type DiagnosisFacts,
  type SourceFact,
  sourceFact,
} from '../../../src-shared/domain/diagnosis/facts.ts';
import { isCleanable } from '../../../src-shared/domain/diagnosis/rules/text-rules.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { findRotation } from '../rotation/journal.ts';
import { settingsOf } from '../platforms/platform-settings.ts';
import { sessionsOf } from '../sessions/session-records.ts';
import { isAutomatic } from '../deployment/deployment-records.ts';
import { dueOf, idleDays } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { addressOf, type EnvironmentRecord, keysOf, type KeyRecord } from '../keys/key-directory.ts';

/** What can be told of a key without asking anybody. */

type TextFacts = NonNullable<DiagnosisFacts['text']>;

/** "Bearer " in front of a key is a way of sending it, not a part of it. */
const SCHEME = /^(?:bearer|basic|x-api-key:)\s+/i;

/** A text that a value's bytes stand for, and what is odd about it; nothing of it stays. */
export function textFacts(
  value: Secret,
  definition: PlatformDefinition,
  all: readonly PlatformDefinition[],
): TextFacts {
  const text = value.expose().toString('utf8');
  const report = inspectKeyText(text, definition, all);
  const cleaned = cleanText(text, definition);
  const startsWithScheme = SCHEME.test(text);
  const findings = startsWithScheme
    ? inspectKeyText(text.replace(SCHEME, ''), definition, all).findings
    : report.findings;
  return {
    findings: findings.slice(0, 16).map((finding) => ({ ...finding })),
    isCleanable: cleaned !== undefined && report.findings.every(({ code }) => isCleanable(code)),
    startsWithScheme,
  };
}

/**
 * The text without blanks, quotes, look-alikes and wrong capitals.
 * @returns undefined where that is not exactly a key of the platform, or nothing was to be cleaned
 */
export function cleanText(text: string, definition: PlatformDefinition): string | undefined {
  const plain = plainText(text);
  if (plain === undefined) return undefined;
  // SECURITY: only a format that knows no capitals may lose them; elsewhere another key would come of it.
  const candidates = definition.keyFormats
    .filter(({ prefix }) => plain.toLowerCase().startsWith(prefix.toLowerCase()))
    .map(({ prefix, alphabet }) => {
      const body = plain.slice(prefix.length);
      return prefix + (alphabet === 'hex_lower' ? body.toLowerCase() : body);
    });
  const cleaned = [plain, ...candidates].find(
    (candidate) =>
      definition.keyFormats.length === 0 ||
      inspectKeyText(candidate, definition, [definition]).findings.length === 0,
  );
  return cleaned === text || cleaned === '' ? undefined : cleaned;
}

/** A key that a value belongs to, today or before. */
export function matchValue(
  vault: OpenVault,
  fingerprint: string,
  preferred: KeyRecord | undefined,
): Pick<SourceFact, 'match' | 'key'> & { readonly record: KeyRecord | undefined } {
  const keys = preferred === undefined ? keysOf(vault) : [preferred, ...keysOf(vault)];
  const now = keys.find(({ meta }) => meta.fingerprint === fingerprint);
  if (now !== undefined) {
    const isOther = preferred !== undefined && now.id !== preferred.id;
    return { match: isOther ? 'other_key' : 'current', key: addressOf(vault, now), record: now };
  }
  const before = keys.find(({ meta }) => meta.previousFingerprints?.includes(fingerprint) === true);
  return before === undefined
    ? { match: 'unknown', key: null, record: undefined }
    : { match: 'previous', key: addressOf(vault, before), record: before };
}

/** Running commands of ours that have the variable, by what is really in their environment. */
export function runSources(
  core: Core,
  vault: OpenVault,
  variable: string,
  preferred: KeyRecord | undefined,
): SourceFact[] {
  return core.runs.running().flatMap(({ pid, startTicks, command }) => {
    const value = core.processEnvironments.find(pid, startTicks, variable);
    if (value === undefined) return [];
    try {
      const fingerprint = vault.fingerprint(value.expose());
      const { match, key } = matchValue(vault, fingerprint, preferred);
      // Another key's command has the variable for itself.
      if (preferred !== undefined && key !== null && key !== addressOf(vault, preferred)) return [];
      return [
        sourceFact.parse({
          kind: 'run',
          where: `process ${pid} (${command})`,
          variable,
          state: value.byteLength === 0 ? 'empty' : 'set',
          fingerprint,
          match,
          key,
        }),
      ];
    } finally {
      value.wipe();
    }
  });
}

export function subjectFacts(
  vault: OpenVault,
  key: KeyRecord | undefined,
  environment: EnvironmentRecord,
  definition: PlatformDefinition,
  baseUrl: string | null,
): DiagnosisFacts['subject'] {
  const meta = key?.meta;
  return {
    key: key === undefined ? null : addressOf(vault, key),
    env: environment.meta.name,
    kind: environment.meta.kind,
    platform: definition.id,
    platformName: definition.name,
    header: definition.auth.apiKeyHeader,
    isHeaderDocumented: !definition.undocumented.includes('auth.apiKeyHeader'),
    baseUrl,
    documentedBaseUrl: definition.baseUrl,
    isBaseUrlOfEnv:
      settingsOf(vault, definition.id)?.meta.baseUrlByEnvironment[environment.meta.name] !== undefined,
    canCreate: definition.calls.create !== null,
    hasAsker: key === undefined || hasAsker(vault, key),
    maker: key === undefined ? null : makerFor(vault, key, environment),
    hasScopes: definition.capabilities.scopes,
    scopes: [...(meta?.scopes ?? [])].map((scope) => scope.slice(0, 500)),
    strategy: definition.rotation.strategy,
    status: meta?.status ?? 'active',
    mode: meta?.mode ?? 'unknown',
    keyId: meta?.keyId ?? null,
    hasWorked: meta !== undefined && hasWorked(meta),
    variable: meta?.variable ?? '',
    sharedKeys: definition.capabilities.sharedKeys,
  };
}

/** Whether anybody but the key itself may ask the platform for another one: a dead key cannot. */
const hasAsker = (vault: OpenVault, { id, environmentId, meta }: KeyRecord): boolean =>
  keysOf(vault).some(
    (other) =>
      other.id !== id &&
      other.meta.fingerprint !== meta.fingerprint &&
      other.environmentId === environmentId &&
      other.hasValue &&
      other.meta.platform === meta.platform &&
      other.meta.status === 'active' &&
      other.meta.account !== null &&
      other.meta.account === meta.account,
  ) ||
  sessionsOf(vault).some(
    (session) =>
      session.meta.platform === meta.platform &&
      (session.environmentId === null || session.environmentId === environmentId),
  );

/** A key of the environment's kind, whose like it makes. */
const makerFor = (
  vault: OpenVault,
  { id, environmentId, meta }: KeyRecord,
  environment: EnvironmentRecord,
): string | null => {
  const found = keysOf(vault).find(
    (other) =>
      other.id !== id &&
      other.environmentId === environmentId &&
      other.hasValue &&
      other.meta.fingerprint !== meta.fingerprint &&
      other.meta.platform === meta.platform &&
      other.meta.status === 'active' &&
      (other.meta.mode === 'unknown' || other.meta.mode === environment.meta.kind) &&
      hasWorked(other.meta) &&
      other.meta.lastCheck?.outcome !== 'KEY_REJECTED',
  );
  return found === undefined ? null : addressOf(vault, found);
};

/** The platform took it once: who it belongs to is learned from nobody else. */
export const hasWorked = ({ account, lastUsedAt, lastCheck }: KeyRecord['meta']): boolean =>
  account !== null || lastUsedAt !== null || lastCheck?.outcome === 'ok';

const MINUTE_MS = 60_000;

export function hygieneFacts(
  core: Core,
  vault: OpenVault,
  key: KeyRecord | undefined,
  environment: EnvironmentRecord,
): DiagnosisFacts['hygiene'] {
  if (key === undefined)
    return {
      daysLeft: 0,
      endedAt: null,
      isEndOfOldValue: false,
      idleDays: null,
      overlapOpenMinutes: null,
      overlapHasNoUser: false,
      duplicates: [],
    };
  const { meta } = key;
  const now = core.now();
  const rotation = findRotation(vault, key.id)?.meta;
  const overlapSince = rotation?.overlapEndedAt === null ? rotation.overlapSince : null;
  return {
    daysLeft: dueOf(meta, environment.meta.rotateEveryDays, now, isAutomatic(vault, key.id)).daysLeft,
    endedAt: meta.expiresAt !== null && Date.parse(meta.expiresAt) < now ? meta.expiresAt : null,
    isEndOfOldValue:
      meta.expiresAt !== null &&
      meta.rotatedAt !== null &&
      Date.parse(meta.expiresAt) < Date.parse(meta.rotatedAt),
    // Of a key that was never seen in use nobody can say how long it lay idle.
    idleDays: meta.lastUsedAt === null ? null : idleDays(meta, now),
    overlapOpenMinutes: overlapSince === null ? null : (now - Date.parse(overlapSince)) / MINUTE_MS,
    overlapHasNoUser:
      rotation?.plan.state === 'stored' && rotation.targets.length === 0 && rotation.holders.length === 0,
    duplicates: keysOf(vault)
      .filter(
        (other) =>
          other.id !== key.id &&
          other.meta.fingerprint === meta.fingerprint &&
          other.meta.status !== 'revoked',
      )
      .slice(0, 50)
      .map((other) => addressOf(vault, other)),
  };
}

/** @throws {AppError} BAD_VALUE where nothing can be cleaned */
export function requireCleanText(text: string, definition: PlatformDefinition): string {
  const cleaned = cleanText(text, definition);
  if (cleaned !== undefined) return cleaned;
  throw new AppError(
    'BAD_VALUE',
    'The stored value has nothing that could be cleaned safely.',
    'Enter it again: `keymolt key edit NAME --value-file F`.',
  );
}
