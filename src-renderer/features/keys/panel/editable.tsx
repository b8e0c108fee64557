import { Button, Textarea, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { RequestOf } from '../../../../src-shared/contract/channels.ts';
import { ask } from '../../../bridge.ts';
import { draftEdit, type EditId, endEdit, useEdit } from '../../../state/edits.ts';
import type { KeyRef } from '../../../state/key-ref.ts';
import { cleanText } from '../../../ui/text/clean-text.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import classes from './editable.module.css';
import { messages } from '../messages.ts';

const words = messages.panel.edit;

type Metadata = NonNullable<RequestOf<'keys.edit'>['metadata']>;

interface EditableProps {
  readonly keyRef: KeyRef;
  readonly name: string;
  readonly field: string;
  /** What the field begins with. */
  readonly text: string;
  /** What stands there while it is not edited; the text where it is absent. */
  readonly shown?: ReactNode;
  readonly kind?: 'line' | 'lines' | 'date' | 'days';
  readonly hint?: string;
  /** @returns what is to be saved, or why it cannot be */
  readonly read: (text: string) => Metadata | { readonly key_id: string | null } | string;
  /** Explains what is being typed. */
  readonly explain?: (text: string) => ReactNode;
}

/** A fact that is changed where it stands: Enter saves, Esc puts back what was there. */
export function Editable(props: EditableProps) {
  const { keyRef, name, field, text, shown } = props;
  const id: EditId = `${keyRef}#${field}`;
  const draft = useEdit(id);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  // The focus goes back to where the editing began.
  useEffect(() => {
    if (draft === undefined && wasOpen.current) button.current?.focus();
    wasOpen.current = draft !== undefined;
  }, [draft]);
  if (draft !== undefined) return <Editor {...props} id={id} draft={draft} />;
  return (
    <button
      ref={button}
      type="button"
      className={classes['fact']}
      aria-label={`${words.start(name)}: ${text === '' ? words.none : text.slice(0, 200)}`}
      onClick={() => draftEdit(id, text)}
    >
      <span className={classes['shown']}>
        {text === '' && shown === undefined ? (
          <span className={classes['empty']}>{words.empty}</span>
        ) : (
          (shown ?? text)
        )}
      </span>
      <IconPencil size={14} stroke={1.5} aria-hidden className={classes['pencil']} />
    </button>
  );
}

function Editor({
  keyRef,
  name,
  kind = 'line',
  hint,
  read,
  explain,
  id,
  draft,
}: EditableProps & { readonly id: EditId; readonly draft: string }) {
  const [busy, setBusy] = useState(false);
  const [cleaned, setCleaned] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint: string } | null>(null);
  const explanation = useId();

  const save = async () => {
    if (busy) return;
    const change = read(draft.trim());
    if (typeof change === 'string') {
      setProblem({ message: change, hint: '' });
      return;
    }
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) =>
      core.keys.edit({ key: keyRef, ...('key_id' in change ? change : { metadata: change }) }),
    );
    setBusy(false);
    if (outcome.ok) endEdit(id);
    else setProblem(outcome.error);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isSaving =
      event.key === 'Enter' &&
      (kind !== 'lines' || event.ctrlKey || event.metaKey) &&
      !event.nativeEvent.isComposing;
    if (!isSaving && event.key !== 'Escape') return;
    event.preventDefault();
    // Esc ends the editing and not the panel around it.
    event.stopPropagation();
    if (isSaving) void save();
    else endEdit(id);
  };
  const input = {
    'aria-label': name,
    'aria-describedby': explanation,
    value: draft,
    disabled: busy,
    autoFocus: true,
    size: 'xs' as const,
    autoComplete: 'off',
    spellCheck: false,
    onKeyDown,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      const kept = cleanText(value, kind === 'lines');
      setCleaned(kept.replace(/\s/g, '').length < value.replace(/\s/g, '').length);
      setProblem(null);
      draftEdit(id, kept);
    },
  };
  return (
    <div className={classes['editor']} data-editor>
      {kind === 'lines' ? (
        <Textarea
          autosize
          minRows={3}
          maxRows={10}
          maxLength={66_000}
          classNames={{ input: classes['lines'] ?? '' }}
          {...input}
        />
      ) : (
        <TextInput
          type={kind === 'date' ? 'date' : kind === 'days' ? 'number' : 'text'}
          {...(kind === 'days' ? { min: 1, max: 3650 } : {})}
          maxLength={500}
          {...input}
        />
      )}
      {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
      <div className={classes['buttons']}>
        <Button size="compact-xs" variant="default" disabled={busy} onClick={() => endEdit(id)}>
          {words.cancel}
        </Button>
        <Button size="compact-xs" loading={busy} onClick={() => void save()}>
          {words.save}
        </Button>
      </div>
      {/* Below the buttons: it grows with what is typed, and they stay where they are. */}
      <div id={explanation} className={classes['explanation']}>
        {hint !== undefined && <p>{hint}</p>}
        {cleaned && <p role="status">{words.cleaned}</p>}
        {explain?.(draft)}
      </div>
    </div>
  );
}
