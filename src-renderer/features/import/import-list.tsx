import { Checkbox, Select, TextInput } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ImportItemView } from '../../../src-shared/contract/views.ts';
import type { ImportChoice } from '../../state/import-choices.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import classes from './import.module.css';
import { messages } from './messages.ts';

/** More than a person goes through by hand; the others are taken as proposed. */
const MOST_LINES = 80;

interface ImportListProps {
  readonly items: readonly ImportItemView[];
  readonly choices: Readonly<Record<string, ImportChoice>>;
  readonly problems: ReadonlyMap<number, string>;
  /** What the core said of those that it did not store. */
  readonly failures: ReadonlyMap<number, string>;
  readonly disabled: boolean;
  readonly onChoose: (variable: string, choice: ImportChoice) => void;
}

const ORDER = { ready: 0, unsure: 1, stored: 2, refused: 3 } as const;

export function ImportList({ items, ...rest }: ImportListProps) {
  const candidates = items
    .filter(({ state }) => state !== 'refused')
    .toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.at - b.at);
  const refused = items.filter(({ state }) => state === 'refused');
  const hidden = candidates.length - MOST_LINES;
  return (
    <div className={classes['scroll']} tabIndex={0} role="region" aria-label={messages.title}>
      {candidates.length > 0 && (
        <table className={classes['table']}>
          <ColumnHeads names={Object.values(messages.columns)} />
          <tbody>
            {candidates.slice(0, MOST_LINES).map((item) => (
              <ImportLine key={item.at} item={item} {...rest} />
            ))}
          </tbody>
        </table>
      )}
      {hidden > 0 && <p className={classes['dim']}>{messages.more(hidden)}</p>}
      {refused.length > 0 && (
        <details className={classes['refused']}>
          <summary>
            <IconChevronRight size={16} stroke={1.5} aria-hidden />
            {messages.refused(refused.length)}
          </summary>
          <ul>
            {refused.slice(0, MOST_LINES).map(({ at, variable, note }) => (
              <li key={at}>
                <code className="mono">{variable}</code>
                <span className={classes['dim']}>{note}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function ImportLine({
  item,
  choices,
  problems,
  failures,
  disabled,
  onChoose,
}: Omit<ImportListProps, 'items'> & { readonly item: ImportItemView }) {
  const platforms = useInventory((state) => state.platforms);
  const { at, variable, state, note, prefix, fingerprint } = item;
  const choice = choices[variable];
  const take = choice?.take ?? item.proposed;
  const problem = take ? (problems.get(at) ?? failures.get(at)) : undefined;
  const needsPlatform = take && problem === messages.platformMissing;
  return (
    <tr data-taken={take ? '' : undefined}>
      <td>
        <Checkbox
          size="xs"
          aria-label={messages.take(variable)}
          checked={take}
          disabled={disabled}
          onChange={(event) => onChoose(variable, { take: event.currentTarget.checked })}
        />
      </td>
      <th scope="row">
        <code className="mono" title={variable}>
          {variable}
        </code>
      </th>
      <td>
        <TextInput
          size="xs"
          aria-label={messages.nameOf(variable)}
          value={choice?.name ?? item.name}
          disabled={disabled || !take}
          error={needsPlatform ? undefined : problem}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChoose(variable, { name: event.currentTarget.value.trim() })}
        />
      </td>
      <td>
        <Select
          size="xs"
          aria-label={messages.platformOf(variable)}
          placeholder={messages.choosePlatform}
          data={platforms.map(({ id, name }) => ({ value: id, label: name }))}
          value={choice?.platform ?? item.platform}
          disabled={disabled || !take}
          error={needsPlatform ? problem : undefined}
          allowDeselect={false}
          onChange={(platform) => {
            if (platform !== null) onChoose(variable, { platform });
          }}
        />
      </td>
      <td className={classes['about']}>
        {state !== 'stored' && <span data-state={state}>{messages.states[state]}</span>}
        {prefix !== null && (
          <code className="mono" title={fingerprint ?? undefined}>
            {`${prefix}…`}
          </code>
        )}
        {note !== null && <div className={classes['dim']}>{note}</div>}
      </td>
    </tr>
  );
}
