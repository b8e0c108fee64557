import { isOrphan, type ValueMeta } from '../../../../src-shared/domain/rotation/rotation-record.ts';
import type { KeyMeta } from '../../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { ListedKey } from '../../../platforms/ports.ts';
import { checkedNow, rememberFingerprint } from '../../keys/key-change.ts';
import { callOptions } from '../../platforms/key-call.ts';
import { findLaggards } from './laggards.ts';
import {
  asOwner,
  askUntil,
  copyValue,
  findAccount,
  keyOf,
  requireNew,
  targetOf,
  withValue,
  type Work,
} from '../work.ts';

/** Asks the platform with the new value before anything is given it. */
export async function proveNewKey(work: Work): Promise<void> {
  const { journal } = work;
  const account = await findAccount(work, journal.id);
  if (account === undefined) {
    await rejectNewKey(work);
    return;
  }
  const { meta } = journal;
  if (meta.old.account !== null && account.id !== null && account.id !== meta.old.account) {
    journal.write('new_rejected', {
      change: {
        cause: {
          code: 'FORBIDDEN',
          message: 'The new key belongs to another account than the old one.',
          hint: 'Check which account or agent you were signed in as.',
        },
      },
      step: ['prove', 'failed', 'another account'],
    });
    return;
  }
  journal.write('proved', {
    change: {
      new: meta.new && {
        ...meta.new,
        account: account.id ?? meta.old.account,
        tier: account.tier ?? meta.old.tier,
        lastCheck: checkedNow(work.core, 'ok'),
      },
    },
    step: ['prove', 'ok', 'the platform takes the new key'],
    audit: ['rotate.prove', `key id ${meta.new?.keyId ?? 'unknown'} answers`],
  });
}

/**
 * The new key does not work: back to the old one, where that still does. Where neither is taken, only the platform's own
 * list says that both are dead: a 401 may as well be a wrong base path.
 */
export async function rejectNewKey(work: Work): Promise<void> {
  const { journal } = work;
  const { meta } = journal;
  const oldHolder = meta.plan.isNewInUse ? journal.id : keyOf(work).id;
  const hasOld = !meta.isLost && journal.vault.find(oldHolder)?.hasValue === true;
  const isOldDead = hasOld && (await findAccount(work, oldHolder, 0)) === undefined;
  const message = isOldDead
    ? 'The platform accepts neither the new key nor the old one (401).'
    : 'The platform does not accept the new key (401).';
  if (isOldDead && !(await areBothRevoked(work))) {
    throw new AppError(
      'KEY_REJECTED',
      message,
      `Check the address (\`keymolt platform show ${meta.platform}\`), then resume; or make another key on the platform’s own page.`,
    );
  }
  journal.write(isOldDead ? 'both_rejected' : 'new_rejected', {
    change: {
      cause: {
        code: 'KEY_REJECTED',
        message,
        hint: isOldDead
          ? 'Both are revoked on the platform: make another key there.'
          : 'Nothing was lost: the old key goes on. Try again later.',
      },
    },
    ...(isOldDead ? { value: null } : {}),
    step: [meta.plan.isNewInUse ? 'verify' : 'prove', 'failed', 'the platform refuses the new key'],
    audit: ['rotate.prove', `key id ${meta.new?.keyId ?? 'unknown'} is refused`],
  });
}

async function areBothRevoked(work: Work): Promise<boolean> {
  const { old, new: next } = work.journal.meta;
  try {
    const { answer } = await asOwner(work, (auth, options, target) =>
      work.core.platforms.listKeys(target, auth, options),
    );
    return answer.every(
      ({ keyId, status }) => status === 'revoked' || (keyId !== old.keyId && keyId !== next?.keyId),
    );
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED' && error.code !== 'VAULT_LOCKED')
      return false;
    throw error;
  }
}

/** From here on the key's record has the new value, and the journal keeps the old one. */
export function storeNewValue(work: Work): void {
  const { core, journal } = work;
  const { vault, meta, id } = journal;
  const key = keyOf(work);
  const next: ValueMeta = {
    ...requireNew(meta),
    rotatedAt: new Date(core.now()).toISOString(),
  };
  const newValue = vault.openValue(id);
  const oldValue = copyValue(vault, key.id);
  const { expiresAt } = key.meta;
  try {
    journal.write('stored', {
      // It may have been noted since the rotation began.
      change: { new: next, old: { ...meta.old, expiresAt } },
      value: oldValue,
      also: (tx) =>
        tx.put({
          id: key.id,
          kind: 'key',
          environmentId: key.environmentId,
          meta: { ...key.meta, ...next, ...rememberFingerprint(key.meta, next) } satisfies KeyMeta,
          value: newValue,
        }),
      step: ['store', 'ok', `the vault gives out the new key${aboutItsEnd(expiresAt, next.expiresAt)}`],
      audit: ['rotate.store', `fingerprint ${meta.old.fingerprint} gives way to ${next.fingerprint}`],
    });
  } finally {
    newValue.wipe();
    oldValue?.wipe();
  }
  core.emit('dataChanged', { what: 'keys' });
}

/** The end that was noted is the old key's: the new one has another, or none. */
const aboutItsEnd = (before: string | null, now: string | null): string => {
  if (now !== null) return `, which ends on ${now.slice(0, 10)}`;
  return before === null ? '' : `; that it ends on ${before.slice(0, 10)} was noted of the old one`;
};

const LIST_SHOWS_USE_WITHIN_MS = 10_000;

/**
 * The proof without which the old key is not given up: the new one answers, the platform has seen it used, every target
 * has it, nobody is known to be left on the old one, and that one stands still for as long as was asked.
 */
export async function verify(work: Work): Promise<void> {
  const { journal } = work;
  const key = keyOf(work);
  if ((await findAccount(work, key.id)) === undefined) {
    await rejectNewKey(work);
    return;
  }
  const proof = [await seeNewKeyUsed(work), await waitForLaggards(work), await waitForQuiet(work)].filter(
    (part) => part !== '',
  );
  journal.write('verified', {
    change: { laggards: [], cause: null },
    step: ['verify', 'ok', proof.join('; ')],
    audit: ['rotate.verify', proof.join('; ')],
  });
}

const list = async (work: Work) => {
  const target = await targetOf(work);
  const key = keyOf(work);
  // With the new key: a list asked for with the old one would move the old one's `last_used_at`.
  return withValue(work.journal.vault, key.id, (auth) =>
    work.core.platforms.listKeys(target, auth, callOptions(work.core, key, work.handle.signal)),
  );
};

async function seeNewKeyUsed(work: Work): Promise<string> {
  const { journal } = work;
  const { definition } = await targetOf(work);
  const { keyId } = requireNew(journal.meta);
  if (definition.calls.list === null || keyId === null) return 'who am I answered';
  const showsUse = definition.calls.list.fields.lastUsedAt.length > 0;
  const before = journal.meta.new?.lastUsedAt ?? null;
  const proof = await askUntil(work, LIST_SHOWS_USE_WITHIN_MS, async () => {
    const listed = await list(work);
    await revokeLateOrphans(work, listed);
    const self = listed.find((candidate) => candidate.keyId === keyId);
    if (self === undefined) return undefined;
    if (!showsUse) return 'listed by the platform';
    return self.lastUsedAt === null || self.lastUsedAt === before
      ? undefined
      : `last used at ${self.lastUsedAt}`;
  });
  if (proof !== undefined) return proof;
  throw new AppError(
    'PLATFORM_ANSWER',
    `${definition.name} takes the new key, and its list of keys does not show that it was used.`,
    'Both keys work. Resume the rotation in a minute, or abort it.',
  );
}

/** A create that timed out may have come through after it was looked for. */
async function revokeLateOrphans(work: Work, listed: readonly ListedKey[]): Promise<void> {
  const { core, journal } = work;
  for (const orphan of listed.filter((candidate) => isOrphan(journal.meta, candidate))) {
    const target = await targetOf(work);
    const key = keyOf(work);
    await withValue(journal.vault, key.id, (auth) =>
      core.platforms.revokeKey(target, auth, orphan.keyId, callOptions(core, key, work.handle.signal)),
    );
    journal.write(null, {
      audit: ['rotate.orphan', `revoked key id ${orphan.keyId}, ${orphan.name}, with the new key`],
    });
  }
}

const POLL_LAGGARDS_MS = 1000;
const WARN_BEFORE_MS = 5 * 60_000;

async function waitForLaggards(work: Work): Promise<string> {
  const { core, journal } = work;
  let hadLaggards = false;
  let hasWarned = false;
  for (;;) {
    const laggards = await findLaggards(work);
    if (laggards.length === 0) return hadLaggards ? 'everybody has moved' : '';
    if (JSON.stringify(laggards) !== JSON.stringify(journal.meta.laggards)) {
      journal.write(null, {
        change: { laggards },
        step: ['verify', 'pending', `${laggards.length} still on the old key`],
      });
    }
    hadLaggards = true;
    if (laggards.some(({ file }) => file !== null)) {
      throw new AppError(
        'ROTATION_UNFINISHED',
        `Still on the old key: ${laggards.map(({ file, command }) => file ?? command ?? 'a process').join(', ')}.`,
        `Put that right and \`keymolt rotate resume ${journal.address}\`, or go back with \`keymolt rotate abort ${journal.address}\`.`,
      );
    }
    const { deadlineAt } = journal.meta;
    const leftMs = deadlineAt === null ? Number.POSITIVE_INFINITY : Date.parse(deadlineAt) - core.now();
    if (leftMs <= 0) work.handle.stall();
    if (leftMs <= WARN_BEFORE_MS && !hasWarned) {
      hasWarned = true;
      const minutes = Math.max(0, Math.ceil(leftMs / 60_000));
      const text = leftMs > 0 ? `${minutes} min left of the overlap` : 'the overlap should be over';
      journal.write(null, {
        step: ['verify', 'pending', `${text}; ${laggards.length} still on the old key`],
        audit: ['rotate.overlap', text],
      });
    }
    await work.handle.sleep(POLL_LAGGARDS_MS, work.handle.signal);
  }
}

async function waitForQuiet(work: Work): Promise<string> {
  const { quietMs, old } = work.journal.meta;
  const { definition } = await targetOf(work);
  if (quietMs === 0 || definition.calls.list === null || old.keyId === null) return '';
  const lastUse = async () =>
    (await list(work)).find((candidate) => candidate.keyId === old.keyId)?.lastUsedAt ?? null;
  let seen = await lastUse();
  for (let movedTimes = 0; ; movedTimes += 1) {
    await work.handle.sleep(quietMs, work.handle.signal);
    const now = await lastUse();
    if (now === seen) return `the old key stood still for ${Math.round(quietMs / 1000)} s`;
    seen = now;
    if (movedTimes >= 2) {
      throw new AppError(
        'ROTATION_UNFINISHED',
        `The old key is still used by somebody unknown: last at ${now ?? 'an unknown time'}.`,
        'Find who it is, give it the new key, then resume.',
      );
    }
  }
}
