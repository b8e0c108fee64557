import { Select } from '@mantine/core';
import type { EnvironmentView } from '../../../../src-shared/contract/views.ts';
import { hueOf } from '../../../ui/labels/env-tag.tsx';
import classes from './environment-filter.module.css';
import { messages } from '../messages.ts';

interface EnvironmentFilterProps {
  readonly environments: readonly EnvironmentView[];
  readonly chosen: string | null;
  readonly onChoose: (env: string | null) => void;
}

const MOST_SEGMENTS = 5;
const ALL = '';

const words = (environment: EnvironmentView): string =>
  environment.kind === 'live' ? messages.filter.live(environment.name) : environment.name;

/** Where the person is: all environments, or one of them with its hue and, where it is live, the word. */
export function EnvironmentFilter({ environments, chosen, onChoose }: EnvironmentFilterProps) {
  if (environments.length > MOST_SEGMENTS) {
    return (
      <Select
        aria-label={messages.filter.label}
        w={200}
        data={[
          { value: ALL, label: messages.filter.all },
          ...environments.map((environment) => ({ value: environment.name, label: words(environment) })),
        ]}
        value={chosen ?? ALL}
        onChange={(value) => onChoose(value === null || value === ALL ? null : value)}
        allowDeselect={false}
        searchable
      />
    );
  }
  // The usual three take about this much; so nothing jumps when they come.
  if (environments.length === 0) return <div className={classes['waiting']} aria-hidden />;
  return (
    <div className={classes['filter']} role="radiogroup" aria-label={messages.filter.label}>
      <Choice
        hue="all"
        words={messages.filter.all}
        chosen={chosen === null}
        onChoose={() => onChoose(null)}
      />
      {environments.map((environment) => (
        <Choice
          key={environment.name}
          hue={hueOf(environment.name, environment.kind)}
          words={words(environment)}
          chosen={chosen === environment.name}
          onChoose={() => onChoose(environment.name)}
        />
      ))}
    </div>
  );
}

interface ChoiceProps {
  readonly hue: string;
  readonly words: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ hue, words: text, chosen, onChoose }: ChoiceProps) {
  return (
    <label className={classes['choice']} data-hue={hue} data-chosen={chosen ? '' : undefined}>
      <input type="radio" name="environment" checked={chosen} onChange={onChoose} aria-label={text} />
      {hue !== 'all' && <span className={classes['dot']} aria-hidden />}
      {text}
    </label>
  );
}
