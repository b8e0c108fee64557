import { useEffect, useState } from 'react';
import type { ResponseOf } from '../../../../src-shared/contract/channels.ts';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../../bridge.ts';
import type { KeyRef } from '../../../state/key-ref.ts';
import { exactDate, since } from '../../../ui/text/format.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import { messages } from '../messages.ts';
import classes from './timeline.module.css';

const words = messages.panel.timeline;

/** What happened to a key, newest first; it follows what happens meanwhile. */
export function Timeline({ keyRef, now }: { readonly keyRef: KeyRef; readonly now: number }) {
  const [told, setTold] = useState<ResponseOf<'keys.timeline'> | null>(null);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  useEffect(() => {
    let isHere = true;
    const load = async () => {
      const outcome = await ask((core) => core.keys.timeline({ key: keyRef }));
      if (!isHere) return;
      if (outcome.ok) setTold(outcome.result);
      setProblem(outcome.ok ? null : outcome.error);
    };
    void load();
    const stop = listen('dataChanged', ({ what }) => {
      if (what !== 'limits') void load();
    });
    return () => {
      isHere = false;
      stop();
    };
  }, [keyRef]);

  if (problem !== null) return <Problem message={problem.message} hint={problem.hint} />;
  if (told === null) return <p className={classes['dim']}>{words.loading}</p>;
  if (told.events.length === 0) return <p className={classes['dim']}>{words.empty}</p>;
  return (
    <>
      <ol className={classes['timeline']}>
        {told.events.map(({ at, kind, detail, actor, times }) => (
          <li key={`${at}${kind}`} data-kind={kind}>
            <div className={classes['what']}>
              <span className={classes['word']}>
                {words.kinds[kind]}
                {times > 1 && <span className={classes['dim']}> {words.times(times)}</span>}
              </span>
              <time dateTime={at} title={exactDate(at)} className={classes['dim']}>
                {since(at, now)}
              </time>
            </div>
            {(detail !== '' || actor !== null) && (
              <p className={classes['dim']}>
                {[detail, actor === null ? words.platform : words.by(actor)]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </p>
            )}
          </li>
        ))}
      </ol>
      {!told.is_whole && <p className={classes['dim']}>{words.older}</p>}
    </>
  );
}
