/** Proxy variables as programs read them (curl's rules, which most follow). No credential is in them here. */
export interface ProxyVariables {
  readonly https: string | null;
  readonly http: string | null;
  readonly all: string | null;
  /** NO_PROXY: hosts and suffixes, divided by commas. */
  readonly none: string;
  /** Those that are written in small letters; programs look there first. */
  readonly lower?: readonly ProxyVariable[] | undefined;
  /** Profiles that set them: where, by the variable's name as it is written there. */
  readonly setIn?: Readonly<Record<string, string>> | undefined;
}

export const PROXY_VARIABLES = ['https', 'http', 'all', 'none'] as const;
type ProxyVariable = (typeof PROXY_VARIABLES)[number];

const NAMES = {
  https: 'HTTPS_PROXY',
  http: 'HTTP_PROXY',
  all: 'ALL_PROXY',
  none: 'NO_PROXY',
} as const satisfies Record<ProxyVariable, string>;

const nameOf = (which: ProxyVariable, { lower }: ProxyVariables): string =>
  lower?.includes(which) === true ? NAMES[which].toLowerCase() : NAMES[which];

/** The parts of a URL that count. */
interface Address {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/**
 * The proxy that holds for an address.
 * @returns undefined where none does
 */
export function proxyFor(
  url: Address,
  proxies: ProxyVariables,
):
  | {
      readonly variable: string;
      readonly address: string;
      readonly exemptBy: string;
      readonly setIn: string | null;
    }
  | undefined {
  const host = url.hostname.toLowerCase();
  const isExempt = proxies.none
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [name = '', port] = entry.toLowerCase().split(/:(?=\d+$)/);
      const bare = name.replace(/^\*?\./, '');
      const isHost = name === '*' || host === bare || host.endsWith(`.${bare}`);
      return isHost && (port === undefined || port === portOf(url));
    });
  if (isExempt) return undefined;
  const exemptBy = nameOf('none', proxies);
  const which = url.protocol === 'https:' ? 'https' : 'http';
  for (const one of [which, 'all'] as const) {
    const address = proxies[one];
    if (address === null || address === '') continue;
    const variable = nameOf(one, proxies);
    return { variable, address: withScheme(address), exemptBy, setIn: proxies.setIn?.[variable] ?? null };
  }
  return undefined;
}

const portOf = ({ port, protocol }: Address): string =>
  port === '' ? (protocol === 'https:' ? '443' : '80') : port;
const withScheme = (address: string): string =>
  /^[a-z0-9]+:\/\//i.test(address) ? address : `http://${address}`;
