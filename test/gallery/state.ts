import type { Scenario } from '../support/fake-core/scenario.ts';

/** What a person does to get there. Names are those that a screen reader says, or a part of them. */
export type Step =
  /** A button, a choice, an entry of a menu, a link; `in` is the name of the region or dialog around it. */
  | { readonly click: string; readonly in?: string }
  /** The row of a list, by its number from 1 or by a text in it. */
  | { readonly row: number | string }
  | { readonly fill: string; readonly with: string }
  | { readonly press: string }
  /** A file dropped on the window. */
  | { readonly drop: string; readonly called: string }
  /** A field has the focus, which a dialog gives it once it is there. */
  | { readonly focused: string }
  /** Something is there. */
  | { readonly sees: string };

/** A state that a person can see the window in: plain data, for a test, a picture, and a look while working on it. */
export interface GalleryState {
  readonly scenario: Scenario;
  /** A place of the side bar; the list of keys where none is named. */
  readonly place?: string;
  readonly steps?: readonly Step[];
  /** What must be readable once it is there. */
  readonly shows: string;
  readonly dir?: 'rtl';
  /** The picture that is kept of it; each theme and size with about half of them. */
  readonly picture?: 'light 1280' | 'dark 900';
}

export type GalleryStates = Readonly<Record<string, GalleryState>>;
