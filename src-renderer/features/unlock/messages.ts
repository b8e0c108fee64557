import type { StatusView } from '../../../src-shared/contract/views.ts';

type LockReason = NonNullable<StatusView['lock_reason']>;

const REASONS: Record<LockReason, string> = {
  not_unlocked_yet: 'Your keys stay sealed until you unlock the vault.',
  by_user: 'You locked it.',
  idle: 'It locked because nothing happened for a while.',
  max_age: 'It locked because it had been open for its longest allowed time.',
  suspend: 'It locked when the computer went to sleep.',
  screen_lock: 'It locked together with your screen.',
  hand_over: 'The desktop app took over from the background agent, so it asks once more.',
  window_crash: 'It locked because the window had crashed. Nothing was lost; the window is a new one.',
  internal_error: 'It locked because of an internal error. The log has the details.',
};

export const messages = {
  title: 'Keymolt is locked',
  why: (reason: LockReason | null) => REASONS[reason ?? 'not_unlocked_yet'],
  restored: (kept: string | null) =>
    `The backup is in place. It opens with the passphrase or recovery code of the day it was made.${kept === null ? '' : ` The vault before is kept beside it, as ${kept}.`}`,
  passphrase: 'Passphrase',
  recoveryCode: 'Recovery code',
  recoveryHint: 'The code you wrote down when you created the vault. Spaces and dashes do not matter.',
  unlock: 'Unlock vault',
  unlocking: 'Unlocking…',
  withKeychain: (detail: string) => `Unlock with ${detail === '' ? 'the system keychain' : detail}`,
  keychainMissing: (why: string) => `The system keychain is not available: ${why}`,
  useRecovery: 'Use the recovery code instead',
  usePassphrase: 'Use the passphrase instead',
  vaultAt: (home: string) => `Vault in ${home}`,
  wait: (left: string) => `Next try in ${left}`,
  waitHint: 'Each wrong try makes the next one wait longer. This slows down anyone who guesses.',
  empty: 'Type the passphrase first.',
  emptyCode: 'Type the recovery code first.',
};
