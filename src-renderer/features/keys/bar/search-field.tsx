import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { search, useView } from '../../../state/view.ts';
import { messages } from '../messages.ts';

interface SearchFieldProps {
  readonly fieldRef: RefObject<HTMLInputElement | null>;
  /** Back to the list: Esc in an empty field, Enter and Down in any. */
  readonly onLeave: () => void;
}

export function SearchField({ fieldRef, onLeave }: SearchFieldProps) {
  const query = useView((state) => state.query);
  return (
    <TextInput
      ref={fieldRef}
      type="search"
      aria-label={messages.search.label}
      placeholder={messages.search.placeholder}
      value={query}
      onChange={(event) => search(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && query !== '') search('');
        else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
        else return;
        event.preventDefault();
      }}
      leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
      rightSection={
        query === '' ? (
          <Kbd size="xs" aria-hidden>
            /
          </Kbd>
        ) : (
          <CloseButton size="sm" aria-label={messages.search.clear} onClick={() => search('')} />
        )
      }
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
    />
  );
}
