import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkBaseUrl } from '../../src-shared/domain/addresses/base-url.ts';
import { SIGN_IN_PATH, TOKEN_PATH } from './apis/firebase.ts';
import { HOSTING_PATH } from './apis/hosting.ts';
import type { Sandbox } from './server.ts';

const MAX_BYTES = 16_384;

const loopbackUrl = z.string().refine((text) => {
  const checked = checkBaseUrl(text);
  return checked.ok && checked.isLoopback;
}, 'is not on this machine');
const owner = z.object({ email: z.string().max(200), password: z.string().max(200) });

const stateFile = z.object({
  pid: z.number().int().min(1),
  base_url: loopbackUrl,
  control_url: loopbackUrl,
  control_token: z.string().min(16).max(200),
  owners: z.object({ test: owner, live: owner }),
  web_api_key: z.string().min(1).max(200),
  started_at: z.string().max(40),
});

/** A sandbox that runs, as whoever uses it needs to know it. */
export interface SandboxInfo {
  readonly pid: number;
  /** The Agent API. */
  readonly baseUrl: string;
  readonly hostingUrl: string;
  readonly firebase: { readonly signInUrl: string; readonly tokenUrl: string };
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly webApiKey: string;
  readonly owners: Sandbox['owners'];
  readonly startedAt: string;
}

export const sandboxStatePath = (home: string): string => join(home, 'sandbox.json');

/** The addresses of a sandbox's other APIs. */
export const sandboxUrls = (
  baseUrl: string,
  webApiKey: string,
): Pick<SandboxInfo, 'hostingUrl' | 'firebase'> => ({
  hostingUrl: baseUrl + HOSTING_PATH,
  firebase: {
    signInUrl: `${baseUrl}${SIGN_IN_PATH}?key=${encodeURIComponent(webApiKey)}`,
    tokenUrl: `${baseUrl}${TOKEN_PATH}?key=${encodeURIComponent(webApiKey)}`,
  },
});

/** @returns undefined where there is no file, or not one that a sandbox of this user wrote */
export function readSandboxState(path: string): SandboxInfo | undefined {
  try {
    const found = lstatSync(path);
    // SECURITY: a link or somebody else's file could make us talk to a server of theirs.
    if (
      !found.isFile() ||
      found.size > MAX_BYTES ||
      (process.getuid !== undefined && found.uid !== process.getuid())
    )
      return undefined;
    const { pid, base_url, control_url, control_token, owners, web_api_key, started_at } = stateFile.parse(
      JSON.parse(readFileSync(path, 'utf8')),
    );
    return {
      pid,
      baseUrl: base_url,
      ...sandboxUrls(base_url, web_api_key),
      controlUrl: control_url,
      controlToken: control_token,
      webApiKey: web_api_key,
      owners,
      startedAt: started_at,
    };
  } catch {
    return undefined;
  }
}

/**
 * Writes the state file whole or not at all, for its owner alone.
 * @returns false where there is one already: of two sandboxes that start at once one wins
 */
export function writeSandboxState(path: string, sandbox: Sandbox, startedAt: string): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const state: z.infer<typeof stateFile> = {
    pid: process.pid,
    base_url: sandbox.baseUrl,
    control_url: sandbox.controlUrl,
    control_token: sandbox.controlToken,
    owners: { test: sandbox.owners.test, live: sandbox.owners.live },
    web_api_key: sandbox.webApiKey,
    started_at: startedAt,
  };
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    chmodSync(draft, 0o600);
    // link() fails where the name is taken; rename() would replace it.
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the file if it is still this process's. */
export function removeSandboxState(path: string, pid: number): void {
  if (readSandboxState(path)?.pid === pid) rmSync(path, { force: true });
}
