import type { ReactNode } from 'react';
import classes from './settings.module.css';

export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes['group']} aria-label={title}>
      <h2>{title}</h2>
      <div className={classes['body']}>{children}</div>
    </section>
  );
}
