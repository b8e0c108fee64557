import { checkBaseUrl } from '../../addresses/base-url.ts';
import { command, type Fix } from '../candidate.ts';
import type { DiagnosisFacts } from '../facts.ts';

/** @returns scheme, host and port of an address that a platform may have; null for any other text */
export const originOf = (url: string | null): string | null => {
  const checked = checkBaseUrl(url ?? '');
  return checked.ok ? checked.origin : null;
};

/** For the environment alone where it has an address of its own: that one wins. */
export const setBaseUrl = (
  { platform, env, isBaseUrlOfEnv }: DiagnosisFacts['subject'],
  url: string,
): Fix => ({
  command: `keymolt platform set ${platform}${isBaseUrlOfEnv ? ` -e ${env}` : ''} --base-url ${url}`,
  repair: { kind: 'set_base_url', platform, url, ...(isBaseUrlOfEnv ? { env } : {}) },
});

/** Back to the platform's documented address, where another one is set; else a look at the network itself. */
export function addressFix(subject: DiagnosisFacts['subject'], other: string): Fix {
  const { baseUrl, documentedBaseUrl, platform } = subject;
  return documentedBaseUrl !== null && originOf(baseUrl) !== originOf(documentedBaseUrl)
    ? setBaseUrl(subject, documentedBaseUrl)
    : command(platform.startsWith('sandbox-') ? 'keymolt sandbox start' : other);
}
