import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import {
  type DayStep,
  type DayText,
  monthsBetween,
  stepFrom,
} from '../../../../src-shared/domain/rotation/due-calendar.ts';
import { firstWeekday } from '../../../ui/text/format.ts';

type Way = readonly [DayStep, 1 | -1];

/** Keys of the date grid, as in the ARIA Authoring Practices; where lines run from right to left, left is onwards. */
const wayOf = ({ key, shiftKey, currentTarget }: KeyboardEvent): Way | undefined => {
  const onwards = getComputedStyle(currentTarget).direction === 'rtl' ? -1 : 1;
  const ways: Record<string, Way> = {
    ArrowRight: ['day', onwards],
    ArrowLeft: ['day', onwards === 1 ? -1 : 1],
    ArrowDown: ['week', 1],
    ArrowUp: ['week', -1],
    PageDown: [shiftKey ? 'year' : 'month', 1],
    PageUp: [shiftKey ? 'year' : 'month', -1],
    End: ['edge of week', 1],
    Home: ['edge of week', -1],
  };
  return ways[key];
};

interface DayGrid {
  readonly gridRef: RefObject<HTMLTableElement | null>;
  /** The one day that Tab leads to. */
  readonly stop: DayText;
  readonly onKeyDown: (event: KeyboardEvent<HTMLTableElement>) => void;
}

/**
 * A month that is gone through day by day: arrows, Home, End, PageUp and PageDown between days, Enter into one, Escape out.
 * @param first the first day of the month that is shown
 * @param onMonth shows another one, so many months on
 */
export function useDayGrid(first: DayText, today: DayText, onMonth: (months: number) => void): DayGrid {
  const gridRef = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<DayText>(today);
  const hasMoved = useRef(false);
  const stop = [at, today].find((day) => monthsBetween(first, day) === 0) ?? first;
  useLayoutEffect(() => {
    if (!hasMoved.current) return;
    hasMoved.current = false;
    gridRef.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  });

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    const { target, key } = event;
    const cell = target instanceof Element ? target.closest('td') : null;
    if (cell === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const within = [...cell.querySelectorAll('button')];
    if (target !== cell) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (key === 'Escape') cell.focus();
      else if (by !== undefined) within[within.indexOf(target as HTMLButtonElement) + by]?.focus();
      else return;
    } else if (key === 'Enter' || key === ' ') within[0]?.focus();
    else {
      const way = wayOf(event);
      if (way === undefined) return;
      const next = stepFrom(stop, ...way, firstWeekday());
      hasMoved.current = true;
      setAt(next);
      onMonth(monthsBetween(first, next));
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return { gridRef, stop, onKeyDown };
}
