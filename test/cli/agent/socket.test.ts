import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeRequest,
  FrameDecoder,
  ANSWER_LIMITS,
  readAnswer,
  readErrorView,
} from '../../../src-main/agent/wire/protocol.ts';
import { encodeFrame } from '../../../src-main/agent/wire/protocol-frame.ts';
import { AgentHome, eventually, pause } from '../../support/homes/agent-home.ts';

let home: AgentHome;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.addKey('plain', 'mbd_test_abcdefghij0123456789');
});
afterAll(() => home.dispose());

/** A client that says what it likes, and keeps what it hears. */
class RawClient {
  readonly socket: Socket;
  readonly #decoder = new FrameDecoder(ANSWER_LIMITS);
  readonly answers: { id: number; ok: boolean; code?: string }[] = [];
  isClosed = false;
  hasGreeted = false;

  constructor(path = home.paths.socket) {
    this.socket = connect(path);
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.isClosed = true));
    this.socket.on('data', (chunk) => {
      for (const frame of this.#decoder.push(chunk)) {
        if (!this.hasGreeted) {
          this.hasGreeted = true;
          continue;
        }
        const { id, ok, result } = readAnswer(frame);
        this.answers.push({ id, ok, ...(ok ? {} : { code: readErrorView(result).code }) });
      }
    });
  }

  async greeted(): Promise<this> {
    await eventually('a hello', () => this.hasGreeted);
    return this;
  }

  send(...parts: Uint8Array[]): void {
    for (const part of parts) this.socket.write(part);
  }

  closed(): Promise<void> {
    return eventually('the agent closes the connection', () => this.isClosed);
  }
}

const residentBytes = (): number => {
  const [pid] = home.agentPids();
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;
};

/** The agent is well: a real command gets its answer. */
const stillServes = async (): Promise<void> => {
  const { stdout } = await home.ok('run', '--', process.execPath, '-e', 'console.log("child ran")');
  expect(stdout).toContain('child ran');
};

const frameHeader = (envelope: number, result = 0, attachments = 0): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(envelope, 0);
  header.writeUInt32BE(result, 4);
  header.writeUInt32BE(attachments, 8);
  return header;
};

describe('a client on the socket that', () => {
  it('sends junk is told so once and dropped', async () => {
    for (const junk of [
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      Buffer.alloc(64, 0xff),
      Buffer.alloc(64, 0),
    ]) {
      const client = await new RawClient().greeted();
      client.send(junk);
      await client.closed();
      expect(client.answers).toEqual([{ id: 0, ok: false, code: 'BAD_REQUEST' }]);
    }
    await stillServes();
  });

  it('announces 4 GiB, or a result part, costs no memory', async () => {
    const before = residentBytes();
    for (const header of [
      frameHeader(0xff_ff_ff_ff),
      frameHeader(1, 0, 0xff_ff_ff_ff),
      frameHeader(10, 1),
      frameHeader(65_537),
      frameHeader(40_000, 0, 40_000),
    ]) {
      const client = await new RawClient().greeted();
      client.send(header);
      await client.closed();
      expect(client.answers).toEqual([{ id: 0, ok: false, code: 'BAD_REQUEST' }]);
    }
    expect(residentBytes() - before).toBeLessThan(16 * 2 ** 20);
  });

  it('pours 100 MB is dropped, and the memory stays', async () => {
    const before = residentBytes();
    const client = await new RawClient().greeted();
    const block = Buffer.alloc(1 << 20, 0x7b);
    for (let sent = 0; sent < 100 && !client.isClosed; sent += 1) {
      if (!client.socket.write(block)) {
        await Promise.race([
          new Promise((resolve) => client.socket.once('drain', resolve)),
          new Promise((resolve) => client.socket.once('close', resolve)),
        ]);
      }
    }
    await client.closed();
    expect(residentBytes() - before).toBeLessThan(16 * 2 ** 20);
    await stillServes();
  });

  it('asks and asks and never reads the answers is held back, and the memory stays', async () => {
    const before = residentBytes();
    const client = await new RawClient().greeted();
    client.socket.pause();
    for (let id = 1; id <= 20_000 && !client.isClosed; id += 1) {
      const isTaken = encodeRequest(id, 'vault.status', {})
        .map((part) => client.socket.write(part))
        .at(-1);
      if (isTaken === false) await pause(1);
    }
    await pause(500);
    expect(residentBytes() - before).toBeLessThan(24 * 2 ** 20);
    client.socket.destroy();
    await stillServes();
  });

  it('stops in the middle of a message is dropped after two seconds', async () => {
    const half = await new RawClient().greeted();
    half.send(frameHeader(100), Buffer.from('{"keymolt":1'));
    const onlyLengths = await new RawClient().greeted();
    onlyLengths.send(frameHeader(100).subarray(0, 5));
    await stillServes();
    await Promise.all([half.closed(), onlyLengths.closed()]);
  });

  it('sends one byte a second is dropped just as well', async () => {
    const client = await new RawClient().greeted();
    const message = Buffer.concat(encodeRequest(1, 'vault.status', {}));
    let sent = 0;
    for (; sent < message.length && !client.isClosed; sent += 1) {
      client.send(message.subarray(sent, sent + 1));
      await pause(1000);
    }
    expect(sent).toBeLessThan(6);
  });

  it('says nothing may stay for a while, and a bare connection costs little', async () => {
    const client = await new RawClient().greeted();
    await pause(2500);
    expect(client.isClosed).toBe(false);
    client.send(...encodeRequest(7, 'vault.status', {}));
    await eventually('an answer', () => client.answers.length === 1);
    expect(client.answers[0]).toEqual({ id: 7, ok: true });
    client.socket.destroy();
  });

  it('speaks another version of the protocol hears which one this is', async () => {
    const client = await new RawClient().greeted();
    client.send(...encodeFrame({ keymolt: 2, id: 5, method: 'vault.status', params: {} }));
    await eventually('an answer', () => client.answers.length === 1);
    expect(client.answers[0]).toEqual({ id: 5, ok: false, code: 'PROTOCOL_MISMATCH' });
    client.socket.destroy();
  });

  it('sends JSON that is deep, broken, not UTF-8 or no request gets BAD_REQUEST and may go on', async () => {
    const client = await new RawClient().greeted();
    const texts = [
      Buffer.from(
        `{"keymolt":1,"id":1,"method":"vault.status","params":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      ),
      Buffer.from(
        `{"keymolt":1,"id":1,"method":"vault.status","params":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}`,
      ),
      Buffer.from('{"keymolt":1,"id":1,'),
      Buffer.from('[]'),
      Buffer.from('null'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      Buffer.from('{"keymolt":1,"id":-1,"method":"vault.status","params":{}}'),
      Buffer.from('{"keymolt":1,"id":1e99,"method":"vault.status","params":{}}'),
      Buffer.from('{"keymolt":1,"id":1,"method":7,"params":{}}'),
      Buffer.from('{"keymolt":1,"id":1,"method":"vault.status","params":[]}'),
      Buffer.from('{"keymolt":1,"id":1,"method":"vault.status","params":{},"more":1}'),
      Buffer.from('{"keymolt":1,"id":1,"method":"vault.status","params":{"__proto__":{"a":1}}}'),
      Buffer.from('{"keymolt":1,"id":1,"method":"__proto__","params":{}}'),
      Buffer.from('{"keymolt":1,"id":1,"method":"vault.touch","params":{}}'),
      Buffer.from(
        '{"keymolt":1,"id":1,"method":"vault.unlock","params":{"with":"passphrase","secret":{"$bytes":[0,9]}}}',
      ),
    ];
    for (const text of texts) client.send(frameHeader(text.length), text);
    await eventually('all answers', () => client.answers.length === texts.length);
    expect(client.answers.map(({ code }) => code)).toEqual(texts.map(() => 'BAD_REQUEST'));
    client.send(...encodeRequest(99, 'vault.status', {}));
    await eventually('the good answer', () => client.answers.length === texts.length + 1);
    expect(client.answers.at(-1)).toEqual({ id: 99, ok: true });
    client.socket.destroy();
  });
});

describe('1,000 idle connections', () => {
  it('do not keep a command from its answer', async () => {
    const idle: RawClient[] = [];
    for (let n = 0; n < 1000; n += 1) {
      idle.push(new RawClient());
      if (n % 50 === 0) await pause(5);
    }
    await stillServes();
    await stillServes();
    await eventually('the oldest are dropped', () => idle.filter(({ isClosed }) => isClosed).length > 700);
    for (const { socket } of idle) socket.destroy();
    await stillServes();
  });
});
