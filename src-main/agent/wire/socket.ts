import type { Socket } from 'node:net';

/** A connection to the agent's socket, as bytes. */
export interface AgentSocket {
  /** Sends the parts in their order; they must stay as they are until the answer is there. */
  readonly write: (parts: readonly Uint8Array[]) => void;
  readonly close: () => void;
}

export interface SocketEvents {
  /** @param chunk the receiver's alone */
  readonly receive: (chunk: Buffer) => void;
  /** Once the other side has ended the connection, or it broke; not after `close`. */
  readonly ended: () => void;
}

/** Connected; nothing is read before somebody listens. */
export type ConnectedSocket = (events: SocketEvents) => AgentSocket;

/** @returns the system's name for why there is no connection, such as ECONNREFUSED, where there is none */
export type OpenSocket = (file: string) => Promise<ConnectedSocket | string>;

/** A connection of node:net. */
export const openNetSocket: OpenSocket = async (file) => {
  const { connect } = process.getBuiltinModule('node:net');
  const socket = connect(file);
  const refusal = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('error', resolve);
  });
  return refusal === undefined ? (events) => listen(socket, events) : (refusal.code ?? 'unknown error');
};

const listen = (socket: Socket, { receive, ended }: SocketEvents): AgentSocket => {
  socket.on('data', receive);
  socket.on('error', ended);
  socket.on('close', ended);
  return {
    write: (parts) => {
      if (parts.length > 1) socket.cork();
      for (const part of parts) socket.write(part);
      if (parts.length > 1) socket.uncork();
    },
    close: () => {
      socket.removeAllListeners('close');
      socket.destroy();
    },
  };
};
