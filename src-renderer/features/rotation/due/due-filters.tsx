import { Select } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import { useKept } from '../../../state/kept.ts';
import { messages } from '../messages.ts';

interface DueFilter {
  readonly owner: string | null;
  readonly project: string | null;
  readonly setOwner: (owner: string | null) => void;
  readonly setProject: (project: string | null) => void;
  readonly matches: (key: KeyView) => boolean;
}

export function useDueFilters(): DueFilter {
  const [owner, setOwner] = useKept<string | null>('due owner', null);
  const [project, setProject] = useKept<string | null>('due project', null);
  const matches = useCallback(
    (key: KeyView) =>
      (owner === null || key.owner === owner) && (project === null || key.project === project),
    [owner, project],
  );
  return useMemo(
    () => ({ owner, project, setOwner, setProject, matches }),
    [owner, project, setOwner, setProject, matches],
  );
}

interface DueFiltersProps {
  readonly keys: readonly KeyView[];
  readonly filters: DueFilter;
}

/** Whose keys, and of which project. The environment is chosen above, for the whole window. */
export function DueFilters({ keys, filters }: DueFiltersProps) {
  return (
    <>
      <FieldFilter
        keys={keys}
        field="owner"
        label={messages.owner}
        all={messages.everyone}
        value={filters.owner}
        onChange={filters.setOwner}
      />
      <FieldFilter
        keys={keys}
        field="project"
        label={messages.project}
        all={messages.everything}
        value={filters.project}
        onChange={filters.setProject}
      />
    </>
  );
}

interface FieldFilterProps {
  readonly keys: readonly KeyView[];
  readonly field: 'owner' | 'project';
  readonly label: string;
  readonly all: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

function FieldFilter({ keys, field, label, all, value, onChange }: FieldFilterProps) {
  const names = useMemo(
    () => [...new Set(keys.flatMap((key) => key[field] ?? []))].sort((a, b) => a.localeCompare(b)),
    [keys, field],
  );
  return (
    <Select
      size="xs"
      w={150}
      aria-label={label}
      placeholder={all}
      data={names}
      value={value}
      onChange={onChange}
      clearable
      searchable
      limit={50}
    />
  );
}
