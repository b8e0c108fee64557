/** The steps that browsers have. */
const STEPS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

interface KeyPress {
  readonly type: string;
  readonly key: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
}

/**
 * Text larger, smaller and as it was: Ctrl or Cmd with +, - and 0.
 * @param zoom as it is, 1 being 100 %
 * @returns as it shall be; undefined where the keys mean something else
 */
export const zoomAfter = (zoom: number, { type, key, control, meta, alt }: KeyPress): number | undefined => {
  if (type !== 'keyDown' || alt || control === meta) return undefined;
  if (key === '0') return 1;
  // `=` is the key of `+` where that needs Shift.
  if (key === '+' || key === '=') return STEPS.find((step) => step > zoom) ?? STEPS.at(-1);
  if (key === '-') return STEPS.findLast((step) => step < zoom) ?? STEPS[0];
  return undefined;
};
