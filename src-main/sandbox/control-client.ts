import { CONTROL_HEADER } from './server.ts';

const TIMEOUT_MS = 2000;
const MAX_BYTES = 4_194_304;

/**
 * One call of a sandbox's control API.
 * @returns the answer's status and JSON, or undefined where nobody answers (in time)
 */
export function callControl(
  { controlUrl, controlToken }: { readonly controlUrl: string; readonly controlToken: string },
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: unknown } | undefined> {
  return new Promise((resolve) => {
    const nobody = (): void => {
      resolve(undefined);
    };
    // Loaded by the first call, and not by `import`, which makes Node load all that HTTP has: 17 MB of the agent's memory.
    const call = process.getBuiltinModule('node:http').request(
      controlUrl + path,
      {
        method,
        agent: false,
        timeout: TIMEOUT_MS,
        headers: { [CONTROL_HEADER]: controlToken, 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_BYTES) response.destroy();
        });
        response.on('error', nobody);
        response.on('close', nobody);
        response.on('end', () => {
          try {
            resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) });
          } catch {
            nobody();
          }
        });
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', nobody);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
