import classes from './meter.module.css';
import type { Tone } from '../theme/tone.ts';

/** A thin bar. Decorative: the words beside it say the same, so it is hidden from screen readers. */
export function Meter({ share, tone = 'neutral' }: { readonly share: number; readonly tone?: Tone }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className={classes['track']} aria-hidden>
      <div className={classes['fill']} data-tone={tone} style={{ width: `${percent}%` }} />
    </div>
  );
}
