import { create } from 'zustand';
import type { KeyRef } from './key-ref.ts';

/** A field of a key that is being changed in place. */
export type EditId = `${KeyRef}#${string}`;

/**
 * What was typed into a key's fields and is not saved yet: neither a lock nor a look at another key loses it.
 * SECURITY: metadata alone; a key's value is changed nowhere in the page.
 */
const useEdits = create<{ readonly drafts: Readonly<Record<EditId, string>> }>(() => ({ drafts: {} }));

export const useEdit = (id: EditId): string | undefined => useEdits((state) => state.drafts[id]);

export const draftEdit = (id: EditId, text: string): void =>
  useEdits.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: text } }));

export const endEdit = (id: EditId): void =>
  useEdits.setState(({ drafts }) => {
    const rest = { ...drafts };
    Reflect.deleteProperty(rest, id);
    return { drafts: rest };
  });
