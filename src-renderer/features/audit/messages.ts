import { plural } from '../../ui/text/format.ts';

export const messages = {
  filter: 'Filter what is shown',
  verify: 'Verify the log',
  exportHint: 'As a file:',
  exportName: 'What to type for a file',
  exportCommand: 'keymolt audit export',
  older: 'Load older entries',
  noMatch: 'None of the entries shown has these words.',
  columns: ['When', 'Who', 'What', 'On', 'Detail'],
  intact: (entries: number) =>
    `The log is as it was written: ${plural(entries, { one: 'entry', other: 'entries' })}, none changed, removed or cut off.`,
  accepted: 'The log has breaks that were looked at before:',
  broken: 'The log is not as it was written:',
  loading: 'Reading the log',
  failed: 'The log could not be read',
  emptyTitle: 'Nothing noted yet',
  emptyLead: 'Every change and every value handed out is noted here, with who asked. Never the value itself.',
};
