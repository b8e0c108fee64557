import { dayText, type DayText } from '../../../../src-shared/domain/rotation/due-calendar.ts';

/** The day, in the time zone of the machine, that a moment falls on. */
export const localDay = (at: string | number): DayText => {
  const date = new Date(at);
  return dayText(date.getFullYear(), date.getMonth() + 1, date.getDate());
};
