import { createPlatformClient } from '../../../src-main/platforms/client.ts';
import { sandboxAgent } from '../../../src-main/platforms/definitions/sandbox-agent.ts';
import { sandboxHosting } from '../../../src-main/platforms/definitions/sandbox-hosting.ts';
import type { PlatformAuth, PlatformClient, PlatformTarget } from '../../../src-main/platforms/ports.ts';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import { type Sandbox, startSandbox } from '../../../src-main/sandbox/server.ts';
import { sandboxUrls } from '../../../src-main/sandbox/state-file.ts';
import { Secret } from '../../../src-main/vault/secret.ts';

export const apiKey = (text: string): PlatformAuth => ({ kind: 'api-key', value: Secret.fromText(text) });

export interface MintedKey {
  readonly id: string;
  readonly value: string;
  readonly auth: PlatformAuth;
}

export interface RunningSandbox {
  readonly sandbox: Sandbox;
  readonly client: PlatformClient;
  readonly hosting: PlatformTarget;
  readonly agent: PlatformTarget;
  /** @returns the answer's JSON; fails on a refusal */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>;
  mintHosting(mode: 'test' | 'live', name?: string): Promise<MintedKey>;
  mintAgent(status?: string): Promise<MintedKey>;
  /** A session of one of the two owners. */
  signIn(mode: 'test' | 'live'): Promise<PlatformAuth>;
  close(): Promise<void>;
}

/** The sandbox in this process, with a client that calls it. */
export async function runSandbox(
  options: {
    tier?: string;
    seed?: string;
    now?: () => number;
    client?: Parameters<typeof createPlatformClient>[0];
  } = {},
): Promise<RunningSandbox> {
  const sandbox = await startSandbox({
    port: 0,
    tier: options.tier ?? 'spark',
    seed: options.seed ?? 'a seed',
    ...(options.now ? { now: options.now } : {}),
  });
  const client = createPlatformClient(options.client);
  const { hostingUrl, firebase } = sandboxUrls(sandbox.baseUrl, sandbox.webApiKey);
  const hosting: PlatformTarget = { definition: sandboxHosting, baseUrl: hostingUrl, firebase };
  const control: RunningSandbox['control'] = async (method, path, body) => {
    const answer = await callControl(sandbox, method, path, body);
    if (answer === undefined || answer.status >= 300)
      throw new Error(`control ${path}: ${JSON.stringify(answer)}`);
    return answer.json as Record<string, unknown>;
  };
  const mint = async (wanted: object, id: string): Promise<MintedKey> => {
    const json = await control('POST', '/keys', wanted);
    const value = String(json['key']);
    return { id: String(json[id]), value, auth: apiKey(value) };
  };
  return {
    sandbox,
    client,
    hosting,
    agent: { definition: sandboxAgent, baseUrl: sandbox.baseUrl },
    control,
    mintHosting: (mode, name = 'minted') => mint({ kind: 'hosting', mode, name }, 'key_id'),
    mintAgent: (status = 'ACTIVE') => mint({ kind: 'agent', status }, 'agent_id'),
    async signIn(mode) {
      const { email, password } = sandbox.owners[mode];
      const { idToken } = await client.signIn(hosting, email, Secret.fromText(password));
      return { kind: 'session', idToken };
    },
    async close() {
      await client.close();
      await sandbox.close();
    },
  };
}
