export const messages = {
  create: {
    title: 'Create your vault',
    lead: 'Your keys are kept in one encrypted file on this computer. Choose the passphrase that opens it.',
    passphrase: 'Passphrase',
    hint: 'A few unrelated words are strong and easy to type. Remember it: nobody can reset it.',
    again: 'Passphrase again',
    submit: 'Create vault',
    where: (home: string) => `The vault will be in ${home}`,
    tooShort: (least: number) => `Use at least ${least} characters.`,
    different: 'The two passphrases are not the same. Type both again.',
    strength: {
      empty: 'Strength: nothing typed yet',
      weak: 'Strength: weak.',
      fair: 'Strength: fair.',
      good: 'Strength: good.',
      strong: 'Strength: strong.',
    },
  },
  recovery: {
    title: 'Write down your recovery code',
    lead: 'If you forget the passphrase, this code is the only other way in. It is shown this once.',
    leadRenewed:
      'The code before is void from now on; destroy it. Backups made before today still open with it. This one is shown this once.',
    label: 'Recovery code',
    advice: 'Write it on paper and keep it where you keep documents. Whoever has it can open your vault.',
    print: 'Print the recovery kit',
    kit: {
      title: 'Keymolt recovery kit',
      lead: 'This page opens a Keymolt vault. Keep it where you keep passports and deeds, and nowhere near the computer.',
      code: 'Recovery code',
      vault: 'Vault',
      made: 'Made on',
      steps: 'When the passphrase is forgotten',
      list: [
        'Start Keymolt on the computer that has the vault, or put back a backup of it.',
        'Choose “Use the recovery code” and type the code above; capitals and dashes do not matter.',
        'Choose a new passphrase. The code goes on working.',
      ],
      warning:
        'Whoever has this page and the file of the vault can open it. Keymolt keeps no copy of the code.',
    },
    missing: {
      title: 'Your vault has no recovery code yet',
      message: 'The vault was created, but its recovery code did not arrive.',
      hint: 'Only the passphrase opens it for now. Make a new code under Settings\u00a0›\u00a0Vault.',
    },
    written: 'I have written it down, or printed it',
    next: 'Continue',
  },
  firstKey: {
    title: 'Your vault is ready',
    lead: 'How do you want to begin?',
    sandboxTitle: 'With the sandbox platform',
    sandboxText:
      'A platform that runs on this computer alone, with a first key made for you. Nothing you do there can hurt anything.',
    sandbox: 'Try it with the sandbox',
    sandboxBusy: 'Starting the sandbox…',
    addTitle: 'With a key you have',
    addText: 'Paste a key of a platform you already use. It goes straight into the vault.',
    add: 'Add a key',
    skip: 'Look around first',
  },
  firstSteps: {
    title: 'First steps',
    done: ' (done)',
    steps: {
      key: { text: 'A key in the vault', action: 'Add a key' },
      works: { text: 'See that the platform accepts it', action: 'Test it' },
      run: { text: 'Start a command that gets it', action: 'Run…' },
      rehearsal: {
        text: 'Rehearse a rotation and a leak on the sandbox, with a test key',
        action: 'Rehearse…',
      },
    },
  },
  sandboxReady: (name: string) => `The sandbox is running, and ${name} is your first key on it.`,
};
