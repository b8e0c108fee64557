import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AgentConnection, connectToAgent } from '../../../src-main/agent/client.ts';
import { type Paths, resolvePaths } from '../../../src-main/agent/paths.ts';
import { encodeAnswer } from '../../../src-main/agent/protocol.ts';
import { type FakeAgent, startFakeAgent } from '../../support/fake-agent.ts';

let paths: Paths;
let agent: FakeAgent | undefined;
let connection: AgentConnection | undefined;
beforeEach(() => {
  paths = resolvePaths({ KEYMOLT_HOME: mkdtempSync(path.join(tmpdir(), 'keymolt-client-')) });
});
afterEach(async () => {
  connection?.close();
  await agent?.close();
  agent = undefined;
  rmSync(paths.home, { recursive: true, force: true });
});
const connect = async (): Promise<AgentConnection> => {
  connection = await connectToAgent(paths);
  expect(connection).toBeDefined();
  return connection!;
};
const withCode = (code: string): unknown => expect.objectContaining({ code });

it('finds nobody where no agent ever was, and where one was killed', async () => {
  expect(await connectToAgent(paths)).toBeUndefined();
  agent = await startFakeAgent(paths.socket, {});
  await agent.close();
  agent = undefined;
  expect(await connectToAgent(paths)).toBeUndefined();
});

it('asks at once, without waiting for the hello, and matches answers to requests', async () => {
  agent = await startFakeAgent(paths.socket, {
    answer: ({ method }) => ({ ok: true, result: { schema: 1, method } }),
  });
  const client = await connect();
  const answers = await Promise.all([
    client.request('vault.lock', {}),
    client.request('environments.list', {}),
  ]);
  expect(answers.map(({ json }) => JSON.parse(json.toString()) as unknown)).toEqual([
    { schema: 1, method: 'vault.lock' },
    { schema: 1, method: 'environments.list' },
  ]);
  expect((await client.hello()).pid).toBe(process.pid);
});

it('throws what the agent refused with', async () => {
  agent = await startFakeAgent(paths.socket, {
    answer: () => ({
      ok: false,
      error: { code: 'VAULT_LOCKED', message: 'm', hint: 'h', retryable: true, exit: 3 },
    }),
  });
  await expect((await connect()).request('keys.list', {})).rejects.toEqual(withCode('VAULT_LOCKED'));
});

it.each([
  ['junk', (write: (bytes: Uint8Array) => void) => write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  [
    'an answer in the place of the hello',
    (write: (bytes: Uint8Array) => void) => encodeAnswer(1, { ok: true, result: {} }).forEach(write),
  ],
  [
    'another version',
    (write: (bytes: Uint8Array) => void) => {
      const envelope = Buffer.from('{"keymolt":9,"hello":{}}');
      const header = Buffer.alloc(12);
      header.writeUInt32BE(envelope.length, 0);
      write(Buffer.concat([header, envelope]));
    },
  ],
])('says so where %s comes', async (_name, greet) => {
  agent = await startFakeAgent(paths.socket, { greet: (socket) => greet((bytes) => socket.write(bytes)) });
  await expect((await connect()).request('keys.list', {})).rejects.toEqual(withCode('PROTOCOL_MISMATCH'));
});

it('does not wait for an agent that goes away', async () => {
  agent = await startFakeAgent(paths.socket, {
    greet: (socket) => socket.on('data', () => socket.destroy()),
  });
  const client = await connect();
  await expect(client.request('keys.list', {})).rejects.toEqual(withCode('AGENT_UNAVAILABLE'));
  expect(client.isOpen()).toBe(false);
  await expect(client.request('keys.list', {})).rejects.toEqual(withCode('AGENT_UNAVAILABLE'));
});

it('can be told to wait no longer', async () => {
  agent = await startFakeAgent(paths.socket, { greet: () => undefined });
  const asked = (await connect()).request('keys.list', {}, { signal: AbortSignal.abort() });
  await expect(asked).rejects.toEqual(withCode('CANCELLED'));
});
