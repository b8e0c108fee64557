import { openNetSocket, type OpenSocket } from './socket.ts';

// What node:net itself stands on (lib/net.js). None of it is documented, so nothing relies on it: where a part is missing
// or Node is a release it was not tried with, node:net does the work (docs/decisions/0054).
interface PipeHandle {
  onread: (bytes: ArrayBuffer | undefined) => void;
  /** @returns an error of libuv, below zero, or 0 */
  connect(request: object, file: string): number;
  readStart(): number;
  writeBuffer(request: object, bytes: Uint8Array): number;
  close(): void;
}
interface Request {
  oncomplete?: (status: number) => void;
}
interface Bindings {
  readonly Pipe: new (kind: number) => PipeHandle;
  readonly PipeConnectWrap: new () => Request;
  readonly WriteWrap: new () => Request & { bytes?: Uint8Array };
  readonly socketKind: number;
  /** What a call has to say beside its arguments, each at its place. */
  readonly state: Int32Array;
  readonly lengthAt: number;
  readonly offsetAt: number;
}

interface Internals {
  readonly binding: (name: string) => Readonly<Record<string, unknown>>;
}

const OLDEST_TRIED = 20;
const NEWEST_TRIED = 24;

/** With these, Node would print a warning of its own beside the command's output. */
const isWarnedOf = ({ env, execArgv }: NodeJS.Process): boolean =>
  env['NODE_PENDING_DEPRECATION'] === '1' ||
  [env['NODE_OPTIONS'] ?? '', ...execArgv].some((options) => options.includes('pending-deprecation'));

const findBindings = (): Bindings | undefined => {
  const major = Number.parseInt(process.versions.node, 10);
  if (process.platform !== 'linux' || major < OLDEST_TRIED || major > NEWEST_TRIED || isWarnedOf(process))
    return undefined;
  try {
    const { binding } = process as unknown as Internals;
    const pipe = binding('pipe_wrap');
    const stream = binding('stream_wrap');
    const found: { [Name in keyof Bindings]: unknown } = {
      Pipe: pipe['Pipe'],
      PipeConnectWrap: pipe['PipeConnectWrap'],
      WriteWrap: stream['WriteWrap'],
      socketKind: (pipe['constants'] as { SOCKET?: number }).SOCKET,
      state: stream['streamBaseState'],
      lengthAt: stream['kReadBytesOrError'],
      offsetAt: stream['kArrayBufferOffset'],
    };
    return Object.values(found).includes(undefined) ? undefined : (found as Bindings);
  } catch {
    // There is no such thing any more, or Node's permission model refuses it.
    return undefined;
  }
};

/**
 * As `openNetSocket`, but without node:net, which takes a tenth of the start of `keymolt run`. For programs that ask and
 * end.
 */
export const openBareSocket: OpenSocket = async (file) => {
  const bindings = findBindings();
  if (bindings === undefined) return openNetSocket(file);
  const { Pipe, PipeConnectWrap, WriteWrap, socketKind, state, lengthAt, offsetAt } = bindings;
  const handle = new Pipe(socketKind);
  const status = await new Promise<number>((resolve) => {
    const request = new PipeConnectWrap();
    request.oncomplete = resolve;
    const refusal = handle.connect(request, file);
    if (refusal < 0) resolve(refusal);
  });
  if (status < 0) {
    handle.close();
    return process.getBuiltinModule('node:util').getSystemErrorName(status);
  }
  return ({ receive, ended }) => {
    let isClosed = false;
    const close = (): void => {
      if (!isClosed) handle.close();
      isClosed = true;
    };
    const end = (): void => {
      if (isClosed) return;
      close();
      ended();
    };
    const write = (part: Uint8Array): void => {
      if (isClosed) return;
      const request = new WriteWrap();
      // Kept until it is written.
      request.bytes = part;
      request.oncomplete = (outcome) => {
        if (outcome < 0) end();
      };
      if (handle.writeBuffer(request, part) < 0) end();
    };
    handle.onread = (bytes) => {
      const length = state[lengthAt] ?? 0;
      if (length < 0) end();
      else if (bytes !== undefined && length > 0) receive(Buffer.from(bytes, state[offsetAt], length));
    };
    handle.readStart();
    return { write: (parts) => parts.forEach(write), close };
  };
};
