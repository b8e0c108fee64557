import { Select } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import { messages } from './messages.ts';

interface DueFilter {
  readonly owner: string | null;
  readonly project: string | null;
  readonly setOwner: (owner: string | null) => void;
  readonly setProject: (project: string | null) => void;
  readonly matches: (key: KeyView) => boolean;
}

export function useDueFilters(): DueFilter {
  const [owner, setOwner] = useState<string | null>(null);
  const [project, setProject] = useState<string | null>(null);
  const matches = useCallback(
    (key: KeyView) =>
      (owner === null || key.owner === owner) && (project === null || key.project === project),
    [owner, project],
  );
  return useMemo(() => ({ owner, project, setOwner, setProject, matches }), [owner, project, matches]);
}

interface DueFiltersProps {
  readonly keys: readonly KeyView[];
  readonly filters: DueFilter;
}

/** Whose keys, and of which project. The environment is chosen above, for the whole window. */
export function DueFilters({ keys, filters }: DueFiltersProps) {
  const owners = useMemo(() => namesOf(keys, 'owner'), [keys]);
  const projects = useMemo(() => namesOf(keys, 'project'), [keys]);
  return (
    <>
      <Select
        size="xs"
        w={150}
        aria-label={messages.owner}
        placeholder={messages.everyone}
        data={owners}
        value={filters.owner}
        onChange={filters.setOwner}
        clearable
        searchable
        limit={50}
      />
      <Select
        size="xs"
        w={150}
        aria-label={messages.project}
        placeholder={messages.everything}
        data={projects}
        value={filters.project}
        onChange={filters.setProject}
        clearable
        searchable
        limit={50}
      />
    </>
  );
}

const namesOf = (keys: readonly KeyView[], field: 'owner' | 'project'): string[] =>
  [...new Set(keys.flatMap((key) => key[field] ?? []))].sort((a, b) => a.localeCompare(b));
