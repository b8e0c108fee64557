import { Socket } from 'node:net';

const READ_BYTES = 16 * 1024;

/**
 * Takes over a connection that a server has accepted (with `pauseOnConnect`), and reads it into memory that is wiped.
 * SECURITY: left to itself, Node reads into a block of its own, copies what came out of it, and gives the block back as
 * it is: a passphrase would stay in the process's memory (test/cli/agent/secrets.test.ts).
 * @param receive is given bytes that are only good until it returns
 */
export function readSocket(accepted: Socket, receive: (chunk: Buffer) => void): Socket {
  const owner = accepted as unknown as { _handle?: unknown };
  const handle = owner._handle;
  // Node's own modules (tls, cluster) hand a connection on like this; it has no public name.
  if (handle === undefined || handle === null) {
    accepted.on('data', (chunk) => {
      receive(chunk);
      chunk.fill(0);
    });
    return accepted;
  }
  owner._handle = null;
  accepted.destroy();
  const onread = {
    buffer: Buffer.alloc(READ_BYTES),
    callback: (length: number, buffer: Uint8Array): boolean => {
      const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
      try {
        receive(chunk);
      } finally {
        chunk.fill(0);
      }
      return true;
    },
  };
  return new Socket({ handle, onread } as object);
}
