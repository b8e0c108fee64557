import type { NetworkFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import type { Secret } from '../../vault/secret.ts';

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** TLS, or plain http to this machine. */
  readonly isSecure: boolean;
  /** A PEM file of further certificate authorities. */
  readonly caFile: string | undefined;
}

export type Greeting = Pick<NetworkFact, 'dns' | 'tcp' | 'tls' | 'skewMs'> & {
  /** The address that our end of the connection has. */
  readonly localAddress: string | null;
};

/**
 * Looks at the way to a platform without a credential: a name looked up, a connection, a TLS handshake, and a HEAD
 * request for its Date header. Never throws for what it finds; all are bounded by their own time-outs and the signal.
 */
export interface NetworkProbes {
  /** @param tell is called after each step with what is known so far */
  greet(target: ProbeTarget, signal: AbortSignal, tell?: (soFar: Greeting) => void): Promise<Greeting>;
  /** @param address `http://host:port` of the proxy, without credentials */
  tryProxy(
    address: string,
    target: ProbeTarget,
    signal: AbortSignal,
  ): Promise<Pick<NonNullable<NetworkFact['proxy']>, 'problem' | 'detail'>>;
  /** Asks an echo service for the address that our calls come from; null where it does not tell. */
  ownAddress(url: string, signal: AbortSignal): Promise<string | null>;
}

/** What running processes of the same user have in their environment. */
export interface ProcessEnvironments {
  /** The variable's value at the process's start; undefined: not set, no such process, or a system that does not tell. */
  find(pid: number, startTicks: number, variable: string): Secret | undefined;
}
