/** A request as the sandbox's APIs see it: read whole, with the parts that matter. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** X-API-Key with the blanks around it that an HTTP parser takes away: a platform may refuse those. */
  readonly rawApiKey: string | undefined;
  readonly body: Buffer;
  readonly remoteAddress: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asked, for the request log. */
  readonly by?: string;
}

export const answer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer => ({
  status,
  body,
  headers,
});

/** The body as a JSON object, or undefined where it is none. */
export function findObject(request: ApiRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

export const rfc3339 = (at: number): string => new Date(at).toISOString();
