import { z } from 'zod';

export const rectangle = z.object({
  x: z.number().int().min(-100_000).max(100_000),
  y: z.number().int().min(-100_000).max(100_000),
  width: z.number().int().min(1).max(100_000),
  height: z.number().int().min(1).max(100_000),
});
export type Rectangle = z.infer<typeof rectangle>;

export const SMALLEST = { width: 900, height: 600 } as const;
export const USUAL = { width: 1280, height: 800 } as const;

/** So much of the title bar must be on a display for a person to get hold of it. */
const GRIP = { width: 120, height: 24 } as const;

const between = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most));

const hasGrip = (bounds: Rectangle, area: Rectangle): boolean => {
  const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  return width >= GRIP.width && bounds.y >= area.y && bounds.y + GRIP.height <= area.y + area.height;
};

/**
 * Where a window opens that was left at `saved`. A display that is gone, smaller or elsewhere now must not leave the
 * window out of reach.
 * @param saved null: nothing is remembered
 * @param workAreas of the displays there are, the main one first; may be empty
 * @returns without `x` and `y` the system chooses the place
 */
export const fitBounds = (
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'> => {
  const [main] = workAreas;
  if (saved === null || main === undefined) return { ...USUAL };
  const sizeOn = ({ width, height }: Rectangle) => ({
    width: between(saved.width, SMALLEST.width, Math.max(SMALLEST.width, width)),
    height: between(saved.height, SMALLEST.height, Math.max(SMALLEST.height, height)),
  });
  for (const area of workAreas) {
    const there = { x: saved.x, y: saved.y, ...sizeOn(area) };
    if (hasGrip(there, area)) return there;
  }
  // The system knows best where a new window belongs on the displays that are left.
  return sizeOn(main);
};
