import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createPlatformClient } from '../../src-main/platforms/client.ts';
import { denHosting } from '../../src-main/platforms/definitions/den-hosting.ts';
import type { PlatformAuth, PlatformClient, PlatformTarget } from '../../src-main/platforms/ports.ts';
import { parsePlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import { json, nastyServer } from '../support/platform/nasty-server.ts';
import { refusalOf } from '../support/refusals.ts';
import { apiKey, runSandbox } from '../support/platform/running-sandbox.ts';

/** What every platform that can create, list and revoke keys must do, whatever it calls its paths and fields. */
interface Subject {
  readonly client: PlatformClient;
  readonly target: PlatformTarget;
  readonly first: PlatformAuth;
  close(): Promise<void>;
}

async function sandbox(): Promise<Subject> {
  const running = await runSandbox();
  const { auth } = await running.mintHosting('test');
  return { client: running.client, target: running.hosting, first: auth, close: () => running.close() };
}

const FIFTH = JSON.stringify({
  ...denHosting,
  id: 'fifth',
  name: 'Fifth',
  baseUrl: 'https://fifth.example',
  keyFormats: [],
  auth: { apiKeyHeader: 'Api-Token', session: null },
  calls: {
    whoAmI: {
      method: 'GET',
      path: '/self',
      fields: { id: ['account.uid'], tier: ['account.plan'] },
      required: ['id'],
    },
    create: {
      method: 'PUT',
      path: '/tokens',
      body: { name: 'label', description: null },
      fields: {
        keyId: ['token.id'],
        name: ['token.label'],
        value: ['token.secret'],
        status: ['token.state'],
      },
    },
    list: {
      method: 'GET',
      path: '/tokens',
      items: ['data.items'],
      fields: {
        keyId: ['id'],
        name: ['label'],
        status: ['state'],
        createdAt: ['born'],
        lastUsedAt: ['seen'],
      },
    },
    revoke: { method: 'POST', path: '/tokens/{key_id}/end' },
  },
  keyStatuses: { on: 'active', off: 'revoked' },
  errorTextFields: ['problem.title'],
});

/** A platform that shares no path, header or field with ours, added by nothing but its definition. */
async function imported(): Promise<Subject> {
  const tokens = new Map([['1', { id: 1, label: 'first', secret: 'first-secret', state: 'on' }]]);
  const server = await nastyServer((request, response) => {
    const { method, url = '' } = request;
    const caller = [...tokens.values()].find(({ secret }) => secret === request.headers['api-token']);
    if (caller?.state !== 'on') {
      json(response, 401, { problem: { title: 'No.' } });
      return;
    }
    const ended = /^\/tokens\/(\d+)\/end$/.exec(url)?.[1];
    if (url === '/self') json(response, 200, { account: { uid: 7, plan: 'spark' } });
    else if (url === '/tokens' && method === 'PUT') {
      const token = {
        id: tokens.size + 1,
        label: 'second',
        secret: randomBytes(8).toString('hex'),
        state: 'on',
      };
      tokens.set(String(token.id), token);
      json(response, 200, { token });
    } else if (url === '/tokens') {
      json(response, 200, {
        data: { items: [...tokens.values()].map(({ id, label, state }) => ({ id, label, state })) },
      });
    } else if (ended !== undefined && tokens.has(ended)) {
      tokens.set(ended, { id: Number(ended), label: 'first', secret: 'first-secret', state: 'off' });
      response.writeHead(204).end();
    } else json(response, 404, {});
  });
  const client = createPlatformClient();
  return {
    client,
    target: { definition: parsePlatformDefinition(FIFTH), baseUrl: server.url },
    first: apiKey('first-secret'),
    async close() {
      await client.close();
      await server.close();
    },
  };
}

describe.each([
  ['the sandbox', sandbox],
  ['an imported platform', imported],
])('the platform client, on %s', (_name, open) => {
  let subject: Subject;
  afterEach(() => subject.close());

  it('replaces a key by a new one without a gap', async () => {
    subject = await open();
    const { client, target, first } = subject;
    const before = await client.listKeys(target, first);
    expect(before).toHaveLength(1);
    const created = await client.createKey(target, first, { name: 'second', description: 'for a test' });
    const second = { kind: 'api-key', value: created.value } as const;
    const [mine, theirs] = [await client.whoAmI(target, first), await client.whoAmI(target, second)];
    expect(mine.id).toBe(theirs.id);
    expect(mine.tier).toBe('spark');

    const [old] = before;
    await client.revokeKey(target, second, old?.keyId ?? '');
    expect(await refusalOf(client.whoAmI(target, first))).toMatchObject({
      code: 'KEY_REJECTED',
      details: { status: 401 },
    });
    const after = await client.listKeys(target, second);
    expect(after.map(({ keyId, name, status }) => [keyId, name, status])).toEqual([
      [old?.keyId, old?.name, 'revoked'],
      [created.keyId, 'second', 'active'],
    ]);
  });

  it('refuses an unknown key id', async () => {
    subject = await open();
    const refusal = await refusalOf(subject.client.revokeKey(subject.target, subject.first, '4711'));
    expect(refusal).toMatchObject({ code: 'NOT_FOUND', details: { status: 404 } });
  });
});
