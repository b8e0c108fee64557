import { plural } from '../../ui/text/format.ts';

export const messages = {
  drop: 'Drop a .env file to look for keys in it',
  title: 'Import keys from a file',
  lead: 'Choose a .env file, or drop one on the window. You see what each variable becomes before anything is stored. Values are never shown.',
  choose: 'Choose a file…',
  another: 'Another file…',
  env: 'Environment',
  live: (name: string) => `${name} · LIVE`,
  reading: (file: string) => `Looking for keys in ${file}…`,
  found: (file: string, ready: number, all: number) =>
    `${file}: ${plural(ready, { one: 'key', other: 'keys' })} among ${plural(all, { one: 'variable', other: 'variables' })}.`,
  columns: {
    take: 'Take',
    variable: 'Variable',
    name: 'Becomes the key',
    platform: 'Platform',
    about: 'What it is',
  },
  take: (variable: string) => `Take ${variable}`,
  nameOf: (variable: string) => `Name for ${variable}`,
  platformOf: (variable: string) => `Platform of ${variable}`,
  choosePlatform: 'Choose…',
  states: { ready: 'New', unsure: 'May be a key', stored: 'In the vault', refused: 'Not a key' },
  refused: (count: number) => `${plural(count, { one: 'variable is', other: 'variables are' })} left out`,
  more: (count: number) =>
    `${plural(count, { one: 'more variable is', other: 'more variables are' })} not shown here, and will be taken as proposed.`,
  submit: (count: number) =>
    count === 0 ? 'Import' : `Import ${plural(count, { one: 'key', other: 'keys' })}`,
  busy: 'Storing…',
  cancel: 'Cancel',
  close: 'Close',
  done: (count: number, env: string) =>
    `${plural(count, { one: 'key was', other: 'keys were' })} imported into ${env}.`,
  doneHint: (file: string) => `${file} still has the values: delete them there once everything works.`,
  someFailed: (count: number) =>
    `${plural(count, { one: 'key was', other: 'keys were' })} not imported. What is wrong stands beside each.`,
  nameBad: 'Letters, digits, dot, dash and underscore.',
  nameTwice: 'Named twice here.',
  nameTaken: 'There is a key of this name.',
  platformMissing: 'Choose its platform.',
  tooLarge: {
    message: 'The file is larger than 1 MB.',
    hint: 'A .env file has a few lines. Choose the one that has your keys.',
  },
  unreadable: {
    message: 'The file could not be read.',
    hint: 'It may be a folder, or have moved meanwhile. Choose it again.',
  },
};
