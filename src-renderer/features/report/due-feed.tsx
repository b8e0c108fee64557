import { Button, Checkbox, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { PreferencesView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { useKept } from '../../state/kept.ts';
import { preferencesTold, usePreferences } from '../../state/preferences.ts';
import { since } from '../../ui/text/format.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { useNow } from '../../ui/use-now.ts';
import { messages } from './messages.ts';
import classes from './report.module.css';

const words = messages.calendar;
const NOW_MS = 30_000;
const WHOLE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\).*\.ics$/;

/** Whether a calendar of due dates is kept, where, and how much it says. */
export function DueFeed() {
  const { dueFeed, suggestedFeedPath } = usePreferences();
  const now = useNow(NOW_MS);
  const [typed, setTyped] = useKept<string | null>('dialog:calendar path', null);
  const [names, setNames] = useKept<boolean | null>('dialog:calendar with names', null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint: string } | null>(null);
  const [said, setSaid] = useState('');
  const path = typed ?? dueFeed?.path ?? suggestedFeedPath;
  const withNames = names ?? dueFeed?.with_names ?? false;
  const isChanged = path !== dueFeed?.path || withNames !== dueFeed.with_names;

  const set = async (feed: { path: string; with_names: boolean } | null) => {
    setBusy(true);
    setProblem(null);
    setSaid('');
    const outcome = await ask((core) => core.preferences.set({ due_feed: feed }));
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    preferencesTold(outcome.result);
    setTyped(null);
    setNames(null);
    if ((outcome.result.due_feed?.problem ?? null) === null)
      setSaid(feed === null ? words.stopped : words.kept);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    if (WHOLE_PATH.test(path)) void set({ path, with_names: withNames });
    else setProblem({ message: words.badPath, hint: '' });
  };
  const trouble = problem ?? dueFeed?.problem ?? null;
  return (
    <form className={classes['feed']} onSubmit={submit} aria-label={words.title}>
      <h3>{words.title}</h3>
      <p>{words.lead}</p>
      <TextInput
        size="xs"
        label={words.path}
        description={words.pathHint}
        value={path}
        disabled={busy}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={4096}
      />
      <Checkbox
        size="xs"
        label={words.withNames}
        description={words.withNamesHint}
        checked={withNames}
        disabled={busy}
        onChange={(event) => setNames(event.currentTarget.checked)}
      />
      {trouble !== null && <Problem message={trouble.message} hint={trouble.hint} />}
      <div className={classes['feedFoot']}>
        {dueFeed !== null && (
          <Button size="xs" variant="default" disabled={busy} onClick={() => void set(null)}>
            {words.stop}
          </Button>
        )}
        <Button size="xs" type="submit" variant="default" loading={busy} disabled={!isChanged}>
          {dueFeed === null ? words.keep : words.change}
        </Button>
      </div>
      <span role="status" className={classes['feedState']}>
        {said === '' ? stateOf(dueFeed, now) : said}
      </span>
    </form>
  );
}

const stateOf = (feed: PreferencesView['due_feed'], now: number): string => {
  if (feed?.problem !== null) return '';
  return feed.written_at === null
    ? words.notYet
    : words.written(since(feed.written_at, Math.max(now, Date.parse(feed.written_at))));
};
