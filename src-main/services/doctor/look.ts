import type { NetworkFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { proxyFor, type ProxyVariables } from '../../../src-shared/domain/diagnosis/proxy.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { Core } from '../context.ts';
import type { ProbeTarget } from './ports.ts';

export interface Look {
  readonly network: NetworkFact;
  readonly localAddress: string | null;
}

/**
 * The way to a platform: name, connection, certificate, clock, and the proxy that the asking shell would take.
 * @param tell is called after each step with what is known so far
 */
export async function lookAtNetwork(
  core: Core,
  target: PlatformTarget,
  proxies: ProxyVariables | undefined,
  signal: AbortSignal,
  tell: (soFar: NetworkFact) => void = () => undefined,
): Promise<Look> {
  const url = new URL(target.baseUrl);
  const isSecure = url.protocol === 'https:';
  const place: ProbeTarget = {
    host: url.hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    isSecure,
    caFile: target.caFile,
  };
  const wanted = proxies === undefined ? undefined : proxyFor(url, proxies);
  const [greeting, proxy] = await Promise.all([
    core.networkProbes.greet(place, signal, ({ dns, tcp, tls }) =>
      tell({ host: place.host, port: place.port, dns, tcp, tls, proxy: null, skewMs: null }),
    ),
    wanted === undefined ? null : core.networkProbes.tryProxy(wanted.address, place, signal),
  ]);
  const { dns, tcp, tls, skewMs, localAddress } = greeting;
  return {
    network: {
      host: place.host,
      port: place.port,
      dns,
      tcp,
      tls,
      proxy: wanted === undefined || proxy === null ? null : { ...wanted, ...proxy },
      skewMs,
    },
    localAddress,
  };
}

export const gotThrough = ({ dns, tcp, tls }: NetworkFact): boolean =>
  dns.problem === null && tcp?.problem === null && (tls?.problem ?? null) === null;
