import type { PlatformView } from '../../../../src-shared/contract/views.ts';

const SETTINGS = ['firebase_sign_in_url', 'firebase_token_url'] as const;
const FIELD = 'key';

/** The web API key of a platform whose sign-ins need one; undefined where it needs none, or nobody knows at which address. */
export const webApiKeyOf = ({ undocumented, settings }: PlatformView): string | undefined => {
  const url = settings[SETTINGS[0]];
  return url === undefined || !undocumented.includes('auth.session.webApiKey')
    ? undefined
    : (new URL(url).searchParams.get(FIELD) ?? '');
};

/** The addresses of its sign-ins with another web API key; the hosts stay as they are. */
export const withWebApiKey = (
  { settings }: PlatformView,
  key: string,
): Readonly<Partial<Record<(typeof SETTINGS)[number], string>>> =>
  Object.fromEntries(
    SETTINGS.flatMap((name) => {
      const before = settings[name];
      if (before === undefined) return [];
      const url = new URL(before);
      url.searchParams.set(FIELD, key);
      return [[name, url.href]];
    }),
  );
