import { formatNumber, plural } from '../../ui/text/format.ts';

/** What was found, as the end of a sentence. */
const sentence = (found: readonly string[]): string =>
  `${found.map((one) => one.replace(/\.$/, '')).join('; ')}.`;

export const messages = {
  filter: 'Filter what is shown',
  verify: 'Verify the log',
  export: 'Export…',
  exportHint: 'The whole log as a file, a line of JSON for each entry',
  saving: 'Writing the log to a file…',
  savingOf: (done: number, total: number) =>
    `${formatNumber(done)} of ${plural(total, { one: 'entry', other: 'entries' })}`,
  stop: 'Stop',
  saved: (entries: number) => `${plural(entries, { one: 'entry is', other: 'entries are' })} saved as`,
  savedIntact: 'The log is as it was written: none changed, removed or cut off.',
  older: 'Load older entries',
  noMatch: 'None of the entries shown has these words.',
  columns: ['When', 'Who', 'What', 'On', 'Detail'],
  intact: (entries: number) =>
    `The log is as it was written: ${plural(entries, { one: 'entry', other: 'entries' })}, none changed, removed or cut off.`,
  accepted: (breaks: readonly string[]) =>
    `The log has breaks that were looked at before: ${sentence(breaks)}`,
  broken: (breaks: readonly string[]) => `The log is not as it was written: ${sentence(breaks)}`,
  loading: 'Reading the log',
  failed: 'The log could not be read',
  emptyTitle: 'Nothing noted yet',
  emptyLead: 'Every change and every value handed out is noted here, with who asked. Never the value itself.',
};
