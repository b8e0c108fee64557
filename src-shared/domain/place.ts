import { parseReference } from './references/reference.ts';

/** The places of the side bar, in its order. */
export const SCREENS = [
  'overview',
  'keys',
  'rotation',
  'headroom',
  'doctor',
  'agents',
  'audit',
  'settings',
] as const;
export type ScreenId = (typeof SCREENS)[number];

/** Where a link, a notification or the tray leads. A place is only ever looked at: none of them carries an action. */
export type Place =
  | { readonly at: 'screen'; readonly screen: ScreenId }
  /** What programs wait for; the window shows it by itself, wherever one is. */
  | { readonly at: 'approvals' }
  /** `env/name`. */
  | { readonly at: 'key'; readonly key: string }
  /** The platform's own id of a key. */
  | { readonly at: 'key_id'; readonly id: string };

/** `molt:`, the scheme of references and of links into the window. */
export const LINK_SCHEME = 'molt';
export const MAX_LINK_LENGTH = 512;
export const PLATFORM_KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;

/**
 * `molt://PLACE`, `molt://ENV/NAME[/field]` (a reference, as it stands in `.env` files, opens its key), `molt://keys?id=KEY_ID`.
 * SECURITY: anybody can make a link, so this is a closed set of places, compared letter by letter: no decoding, no
 * parameters but the one, nothing that changes, copies or starts anything (test/unit/domain/place.test.ts).
 * @param text untrusted
 * @returns undefined for everything else
 */
export const parseDeepLink = (text: string): Place | undefined => {
  if (text.length > MAX_LINK_LENGTH) return undefined;
  const rest = /^molt:\/\/([A-Za-z0-9._/?=:-]+)$/i.exec(text)?.[1];
  if (rest === undefined) return undefined;
  // Some systems put a slash behind the name of a place.
  const named = rest.replace(/\/$/, '');
  return named.includes('/') ? keyOf(`molt://${named}`) : placeNamed(named);
};

const keyOf = (reference: string): Place | undefined => {
  try {
    const { env, name } = parseReference(reference);
    return { at: 'key', key: `${env}/${name}` };
  } catch {
    return undefined;
  }
};

const BY_ID = 'keys?id=';

const placeNamed = (name: string): Place | undefined => {
  const screen = SCREENS.find((one) => one === name);
  if (screen !== undefined) return { at: 'screen', screen };
  if (name === 'approvals') return { at: 'approvals' };
  if (!name.startsWith(BY_ID)) return undefined;
  const id = name.slice(BY_ID.length);
  return PLATFORM_KEY_ID.test(id) ? { at: 'key_id', id } : undefined;
};
