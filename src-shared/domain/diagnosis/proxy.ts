/** Proxy variables as programs read them (curl's rules, which most follow). No credential is in them here. */
export interface ProxyVariables {
  readonly https: string | null;
  readonly http: string | null;
  readonly all: string | null;
  /** NO_PROXY: hosts and suffixes, divided by commas. */
  readonly none: string;
}

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
): { readonly variable: string; readonly address: string } | undefined {
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
  const own = url.protocol === 'https:' ? proxies.https : proxies.http;
  if (own !== null && own !== '')
    return { variable: url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', address: withScheme(own) };
  return proxies.all === null || proxies.all === ''
    ? undefined
    : { variable: 'ALL_PROXY', address: withScheme(proxies.all) };
}

const portOf = ({ port, protocol }: Address): string =>
  port === '' ? (protocol === 'https:' ? '443' : '80') : port;
const withScheme = (address: string): string =>
  /^[a-z0-9]+:\/\//i.test(address) ? address : `http://${address}`;
