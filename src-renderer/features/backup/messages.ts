import { plural } from '../../ui/text/format.ts';

export const messages = {
  backup: {
    open: 'Back up…',
    title: 'Back up the vault',
    lead: 'One file with every key, all settings and the audit log, sealed as the vault is. It opens with today’s passphrase and recovery code, also after you change them here.',
    choose: 'Choose where to save…',
    download: 'Save to downloads',
    busy: 'Writing the backup…',
    done: 'The backup is written.',
    doneLead:
      'It opens with today’s passphrase and recovery code. Keep it on another disk, or with what you back up anyway.',
  },
  restore: {
    open: 'Restore…',
    openFromBackup: 'Restore from a backup…',
    title: 'Restore from a backup',
    lead: 'Choose a file that “Back up…” or `keymolt backup` made. Nothing is changed until you have seen which one it is.',
    leadFirst:
      'Choose a file that “Back up…” or `keymolt backup` made. It becomes the vault of this computer.',
    choose: 'Choose a backup…',
    another: 'Choose another…',
    happens: 'What happens',
    replaced: (keys: number) =>
      `What is in the vault now, ${plural(keys, { one: 'key', other: 'keys' })} with settings and audit log, is replaced by what is in this file.`,
    replacedUnread: 'The vault that is there now is replaced by this file.',
    kept: (home: string) =>
      `The vault that is there now is kept beside it, in ${home}, under the name vault-replaced with date and time.`,
    locks: 'Keymolt locks. The backup opens with the passphrase and recovery code of the day it was made.',
    word: 'replace',
    submit: 'Replace the vault',
    submitFirst: 'Restore the vault',
    busy: 'Checking the file, and putting it in place…',
  },
  file: 'File',
  size: 'Size',
  changed: 'Last changed',
  close: 'Close',
};
