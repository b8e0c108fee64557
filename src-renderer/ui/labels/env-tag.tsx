import classes from './env-tag.module.css';
import { messages } from '../text/messages.ts';

export type EnvironmentHue = 'dev' | 'staging' | 'live' | 'other';

/** Every live environment has one hue, so that it is known at a glance; test ones keep theirs by name. */
export const hueOf = (name: string, kind: 'live' | 'test'): EnvironmentHue => {
  if (kind === 'live') return 'live';
  return name === 'dev' || name === 'staging' ? name : 'other';
};

/** An environment as a place: its word, its hue, and LIVE where it is. */
export function EnvTag({ name, kind }: { readonly name: string; readonly kind: 'live' | 'test' }) {
  return (
    <span className={classes['tag']} data-hue={hueOf(name, kind)}>
      {name}
      {kind === 'live' && <span className={classes['live']}>{` · ${messages.live}`}</span>}
    </span>
  );
}
