/** The mark's two strokes: a spiral shell, which is the key's bow, and the key's blade with two teeth. */
export const MARK_STROKES = [
  'M11.2 13.1C11 13 10.1 13.1 9.7 12.7C9.3 12.3 8.9 11.5 8.9 10.8C8.9 10.2 9.3 9.1 10 8.7C10.6 8.2 11.8 7.7 12.7 7.9C13.7 8.1 14.9 8.9 15.5 9.8C16 10.7 16.3 12.4 15.9 13.5C15.5 14.6 14.4 16.1 13.2 16.6C11.9 17.2 9.9 17.3 8.6 16.7C7.2 16.1 5.7 14.5 5.2 12.9C4.7 11.4 4.8 9 5.7 7.5C6.6 6 8.7 4.4 10.5 4C12.3 3.6 15.1 4.1 16.7 5.3C18.3 6.5 19.9 9 20.1 11.1C20.4 13.2 18.4 16.9 18 18',
  'M18 18L28.5 28.5M23.2 23.2L26.6 19.8M27.2 27.2L30 24.4',
] as const;

/**
 * The mark: a key whose bow is a spiral shell, in one colour. Decorative unless it has a title.
 * mark.svg, the window's icon, is the same drawing.
 */
export function Mark({ size = 24, title }: { readonly size?: number; readonly title?: string }) {
  const label = title === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': title };
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" {...label}>
      {MARK_STROKES.map((stroke) => (
        <path
          key={stroke}
          d={stroke}
          stroke="currentColor"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  );
}
