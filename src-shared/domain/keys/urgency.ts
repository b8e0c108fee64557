/** In which order keys are listed where nobody wants another. Pure. */

interface Urgent {
  readonly name: string;
  readonly status: string;
  /** Whole days until the rotation is due, negative when overdue. */
  readonly days_left: number;
}

const isOver = ({ status }: Urgent): number => (status === 'revoked' || status === 'lost' ? 1 : 0);

/** Overdue first, those of one day by name, and what is over last. */
export const byUrgency = (a: Urgent, b: Urgent): number =>
  isOver(a) - isOver(b) || a.days_left - b.days_left || (a.name < b.name ? -1 : 1);
