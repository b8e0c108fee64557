import type { DeploymentView } from '../../../src-shared/contract/views.ts';

type Holds = 'this_key' | 'another_value' | 'nothing' | 'unknown';

export const messages = {
  title: 'Where it is used',
  none: 'Nowhere that Keymolt knows of. A rotation hands the new value to the places on this list, and to commands that were started with the key.',
  loading: 'Looking…',
  holders: 'Commands that hold it',
  holder: (command: string, pid: number) => `${command} · pid ${String(pid)}`,
  laggard: 'an older value',
  kinds: {
    dotenv: '.env file',
    systemd: 'systemd environment file',
    command: 'Command',
    process: 'Commands started with --watch',
  } satisfies Record<DeploymentView['kind'], string>,
  variable: 'as',
  given: { stdin: 'on its input', environment: 'in its environment' },
  add: 'Add a place…',
  check: 'Check them',
  remove: (label: string) => `Take ${label} off the list`,
  removed: 'Off the list. What it holds stays there.',
  ready: 'Ready for a rotation',
  holds: {
    this_key: 'has the present value',
    another_value: 'has another value',
    nothing: 'has no value',
    unknown: '',
  } satisfies Record<Holds, string>,
  dialog: {
    title: (name: string) => `Where ${name} is used`,
    lead: 'At each rotation the new value is handed over there, and seen to be there, before the old key is revoked.',
    kind: 'Kind of place',
    path: 'File',
    pathHint:
      'The whole path. The line of the variable is replaced; everything else in the file stays as it is.',
    variable: 'Variable',
    command: 'Command',
    commandHint:
      'It is given the new value at each rotation. The program with its whole path; no shell is used.',
    cwd: 'Folder',
    cwdHint: 'The whole path of the folder that it starts in.',
    give: 'The value comes',
    process:
      'Every command that was started with the key and --watch is started anew with the new value. Nothing else is needed.',
    submit: 'Add place',
    cancel: 'Cancel',
    done: 'Done',
    added: (label: string) => `On the list: ${label}.`,
    warnings: 'On the list. Something to look at:',
    noPath: 'Give the whole path of the file, such as /home/me/agents/.env.',
    noCommand: 'Give the program with its whole path, such as /usr/local/bin/deploy.',
    noFolder: 'Give the whole path of a folder.',
    noVariable: 'Letters, digits and underscore; not a digit first.',
    unclosed: (quote: string) => `A ${quote} is not closed.`,
  },
};
