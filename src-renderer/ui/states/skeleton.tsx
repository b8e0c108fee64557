import classes from './skeleton.module.css';

/** Lines of about the final size while the first answer is on its way. */
export function Skeleton({ label, lines = 8 }: { readonly label: string; readonly lines?: number }) {
  return (
    <div className={classes['skeleton']} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={classes['line']} aria-hidden>
          <div className={classes['bone']} style={{ width: `${String(38 + ((line * 13) % 34))}%` }} />
        </div>
      ))}
    </div>
  );
}
