import { chmodSync, mkdirSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { resolvePaths } from '../../../src-main/agent/paths.ts';

/** A socket in front of an agent's: what the agent says comes no further until it is let through. */
export interface HeldAnswers {
  /** What is held, and all that comes later. */
  readonly letThrough: () => void;
  /** A part of what is held, and then nothing more: the agent has ended. */
  readonly cutOff: (part: number) => void;
  readonly close: () => Promise<void>;
}

/** @param home where commands are to look for their agent; made here */
export const holdAnswers = async (agentSocket: string, home: string): Promise<HeldAnswers> => {
  mkdirSync(home, { mode: 0o700 });
  const { socket } = resolvePaths({ KEYMOLT_HOME: home });
  const held: Buffer[] = [];
  const clients = new Set<Socket>();
  let isOpen = false;
  const server = createServer((client) => {
    clients.add(client);
    const agent = connect(agentSocket);
    client.on('error', () => agent.destroy());
    agent.on('error', () => undefined);
    client.on('data', (bytes: Buffer) => agent.write(Buffer.from(bytes)));
    client.on('close', () => agent.destroy());
    agent.on('data', (bytes: Buffer) => (isOpen ? client.write(bytes) : held.push(Buffer.from(bytes))));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o600);
  const pass = (bytes: Buffer): void => {
    for (const client of clients) client.write(bytes);
  };
  return {
    letThrough: () => {
      isOpen = true;
      pass(Buffer.concat(held.splice(0)));
    },
    cutOff: (part) => {
      const all = Buffer.concat(held.splice(0));
      pass(all.subarray(0, Math.floor(all.length * part)));
      for (const client of clients) client.end();
    },
    close: () => {
      for (const client of clients) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
