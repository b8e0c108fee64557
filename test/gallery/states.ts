import { agentStates } from './agents.ts';
import { closedStates } from './closed.ts';
import { dialogStates } from './dialogs.ts';
import { keyStates } from './keys.ts';
import { placeStates } from './places.ts';
import { troubleStates } from './troubles.ts';
import type { GalleryStates } from './state.ts';

export const GALLERY: Readonly<Record<string, GalleryStates>> = {
  'Before the vault is open': closedStates,
  Places: placeStates,
  Keys: keyStates,
  Agents: agentStates,
  Dialogs: dialogStates,
  Troubles: troubleStates,
};

/** Every state, by a name of its own. */
export const galleryStates: GalleryStates = Object.assign({}, ...Object.values(GALLERY)) as GalleryStates;
