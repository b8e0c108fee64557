import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitBounds, type Rectangle, SMALLEST, USUAL } from '../../../src-main/app/desktop/window-bounds.ts';

const laptop: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const monitor: Rectangle = { x: 1440, y: 0, width: 2560, height: 1440 };
const onMonitor: Rectangle = { x: 1800, y: 200, width: 1600, height: 1000 };

it('comes back to where it was left', () => {
  expect(fitBounds(onMonitor, [laptop, monitor])).toEqual(onMonitor);
});

it('a monitor that was unplugged takes no window with it', () => {
  expect(fitBounds(onMonitor, [laptop])).toEqual({ width: 1440, height: 875 });
});

it('the first start, and a system that tells of no display', () => {
  expect(fitBounds(null, [laptop])).toEqual(USUAL);
  expect(fitBounds(onMonitor, [])).toEqual(USUAL);
});

it('a title bar that nobody could get hold of is no place', () => {
  expect(fitBounds({ ...onMonitor, y: -900 }, [laptop, monitor])).not.toHaveProperty('x');
  expect(fitBounds({ ...onMonitor, x: 3950 }, [laptop, monitor])).not.toHaveProperty('x');
});

it('wherever it was: of a usable size, no larger than its display, and within reach', () => {
  const rectangles = fc.record({
    x: fc.integer({ min: -9000, max: 9000 }),
    y: fc.integer({ min: -9000, max: 9000 }),
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
  });
  fc.assert(
    fc.property(rectangles, fc.array(rectangles, { maxLength: 4 }), (saved, areas) => {
      const { x, y, width, height } = fitBounds(saved, areas);
      expect(width).toBeGreaterThanOrEqual(SMALLEST.width);
      expect(height).toBeGreaterThanOrEqual(SMALLEST.height);
      if (x === undefined || y === undefined) return;
      expect(areas.some((area) => x < area.x + area.width && x + width > area.x && y >= area.y)).toBe(true);
    }),
  );
});
