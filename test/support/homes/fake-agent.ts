import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  encodeAnswer,
  encodeHello,
  FrameDecoder,
  readRequest,
  REQUEST_LIMITS,
  type WireAnswer,
  type WireRequest,
} from '../../../src-main/agent/wire/protocol.ts';

export interface FakeAgent {
  readonly requests: WireRequest[];
  readonly close: () => Promise<void>;
}

/** An agent that answers as a test wishes, or misbehaves. */
export const startFakeAgent = async (
  socketPath: string,
  behave: {
    readonly answer?: (request: WireRequest) => WireAnswer;
    /** Instead of the hello. */
    readonly greet?: (socket: Socket) => void;
  },
): Promise<FakeAgent> => {
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (behave.greet !== undefined) {
      behave.greet(socket);
      return;
    }
    for (const part of encodeHello({ version: '0.0.0', pid: process.pid, host: 'headless' }))
      socket.write(part);
    const decoder = new FrameDecoder(REQUEST_LIMITS);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of decoder.push(chunk)) {
        const request = readRequest(frame);
        requests.push(request);
        const answer = behave.answer?.(request) ?? { ok: true as const, result: { schema: 1, warnings: [] } };
        for (const part of encodeAnswer(request.id, answer)) socket.write(part);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  chmodSync(socketPath, 0o600);
  return {
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
