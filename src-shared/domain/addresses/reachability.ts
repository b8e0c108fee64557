/** Which platforms do not answer, by what was last heard of their keys. */

interface HeardOf {
  readonly platform: string;
  readonly last_check: { readonly at: string; readonly outcome: string } | null;
}

/** The call did not get through, or the platform itself failed; nothing is said of the key. */
const UNREACHED = new Set(['NETWORK', 'TIMEOUT', 'PLATFORM_ERROR']);

/** Whether a check that ended so says nothing of the key: nobody answered. @param outcome a code, or `ok` */
export const wasNotReached = (outcome: string): boolean => UNREACHED.has(outcome);

/** @returns ids of the platforms whose latest answer was none, in the order of their first key */
export const silentPlatforms = (keys: readonly HeardOf[]): string[] => {
  const latest = new Map<string, NonNullable<HeardOf['last_check']>>();
  for (const { platform, last_check: check } of keys) {
    const known = latest.get(platform);
    if (check !== null && (known === undefined || Date.parse(check.at) > Date.parse(known.at)))
      latest.set(platform, check);
  }
  return [...latest].filter(([, { outcome }]) => UNREACHED.has(outcome)).map(([platform]) => platform);
};
