import classes from './skeleton.module.css';

interface SkeletonProps {
  readonly label: string;
  readonly lines?: number;
  /** As high as the lines that are to come. */
  readonly rowPx?: number;
}

/** Lines of the final size while the first answer is on its way. */
export function Skeleton({ label, lines = 8, rowPx = 40 }: SkeletonProps) {
  return (
    <div className={classes['skeleton']} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={classes['line']} style={{ height: rowPx }} aria-hidden>
          <div className={classes['bone']} style={{ width: `${String(38 + ((line * 13) % 34))}%` }} />
        </div>
      ))}
    </div>
  );
}
