import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBareSocket } from '../../../src-main/agent/wire/bare-socket.ts';
import { type AgentConnection, connectToAgent } from '../../../src-main/agent/client.ts';
import { type Paths, resolvePaths } from '../../../src-main/agent/paths.ts';
import { encodeAnswer } from '../../../src-main/agent/wire/protocol.ts';
import { openNetSocket } from '../../../src-main/agent/wire/socket.ts';
import { type FakeAgent, startFakeAgent } from '../../support/homes/fake-agent.ts';

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
const withCode = (code: string): unknown => expect.objectContaining({ code });

describe.each([
  ['of node:net', openNetSocket],
  ['without it', openBareSocket],
])('over a connection %s', (_name, openSocket) => {
  const connect = async (): Promise<AgentConnection> => {
    connection = await connectToAgent(paths, openSocket);
    expect(connection).toBeDefined();
    return connection!;
  };

  it('finds nobody where no agent ever was, and where one was killed', async () => {
    expect(await connectToAgent(paths, openSocket)).toBeUndefined();
    agent = await startFakeAgent(paths.socket, {});
    await agent.close();
    agent = undefined;
    expect(await connectToAgent(paths, openSocket)).toBeUndefined();
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

  it('sends and receives what does not fit into one piece, whole', async () => {
    const result = { schema: 1, text: 'x'.repeat(1_500_000) };
    agent = await startFakeAgent(paths.socket, { answer: () => ({ ok: true, result }) });
    const client = await connect();
    const secret = Buffer.alloc(60_000, 7);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => client.request('vault.unlock', { with: 'passphrase', secret })),
    );
    for (const { json } of answers) expect(json.equals(Buffer.from(JSON.stringify(result)))).toBe(true);
    expect(agent.requests).toHaveLength(4);
    for (const { params } of agent.requests) expect((params as { secret: Buffer }).secret).toEqual(secret);
  });
});

it('opens none where no socket is, and says what the system said', async () => {
  writeFileSync(paths.socket, '');
  expect(await openBareSocket(paths.socket)).toBe('ECONNREFUSED');
  expect(await openNetSocket(paths.socket)).toBe('ECONNREFUSED');
  expect(await openBareSocket(path.join(paths.home, 'none'))).toBe('ENOENT');
});
