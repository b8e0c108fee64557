import type { Socket } from 'node:net';
import { libC } from './lib-c.ts';

/** Who is at the other end of a local socket, as the kernel says. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
}

// unix(7), prctl(2)
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const PR_SET_DUMPABLE = 4;

/** @returns undefined where the system doesn't tell */
export function readPeerCredentials(socket: Socket): PeerCredentials | undefined {
  // Node has no public way to a socket's descriptor.
  const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
  if (fd === undefined || fd < 0) return undefined;
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(credentials.length);
  if (libC()?.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0) return undefined;
  return { pid: credentials.readInt32LE(0), uid: credentials.readUInt32LE(4) };
}

/**
 * Keeps other processes of the same user out of this one's memory, and its memory out of core dumps.
 * SECURITY: for the headless agent only; in a desktop app it breaks the portals' file dialogs.
 * @returns whether the system took it
 */
export const forbidInspection = (): boolean => libC()?.prctl(PR_SET_DUMPABLE, 0) === 0;
