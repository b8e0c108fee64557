import { create } from 'zustand';
import type { Place } from '../../src-shared/domain/place.ts';
import { ask, listen } from '../bridge.ts';
import { useInventory } from './core/inventory.ts';
import { refOf, toKeyRef } from './key-ref.ts';
import { showKey, showScreen, useView } from './view.ts';

interface PlaceState {
  /** A key that somebody asked for and that is not in this vault. */
  readonly missing: { readonly name: string } | null;
}

/** What became of the place that a link or a notification asked for. */
export const usePlace = create<PlaceState>(() => ({ missing: null }));

export const forgetMissing = (): void => usePlace.setState({ missing: null });

type KeyPlace = Extract<Place, { readonly at: 'key' | 'key_id' }>;

/** A key can be found once the vault is open and its list is there. */
let wanted: KeyPlace | null = null;

const findWanted = (): void => {
  const { loading, keys } = useInventory.getState();
  if (wanted === null || loading !== 'done') return;
  const place = wanted;
  wanted = null;
  const found =
    place.at === 'key'
      ? keys.find((key) => refOf(key) === toKeyRef(place.key))
      : keys.find((key) => key.key_id === place.id);
  if (found === undefined)
    usePlace.setState({ missing: { name: place.at === 'key' ? place.key : place.id } });
  else showKey(refOf(found));
};

const go = (place: Place): void => {
  if (place.at === 'screen') showScreen(place.screen);
  if (place.at === 'key' || place.at === 'key_id') {
    wanted = place;
    showScreen('keys');
    findWanted();
  }
};

const askWhere = async (isNewPage: boolean): Promise<void> => {
  const outcome = await ask((core) => core.desktop.place({ is_new_page: isNewPage }));
  if (outcome.ok && outcome.result.place !== null) go(outcome.result.place);
};

/** Goes where the window is asked to be, and tells where it is; once, when the page loads. */
export const followPlace = (): void => {
  listen('placeAsked', () => void askWhere(false));
  useInventory.subscribe(findWanted);
  void askWhere(true).then(() =>
    useView.subscribe(({ screen }, before) => {
      if (screen !== before.screen) void ask((core) => core.desktop.remember({ screen }));
    }),
  );
};
