import { AppError, type ErrorView } from '../../../src-shared/errors/app-error.ts';
import { isErrorCode } from '../../../src-shared/errors/codes.ts';
import { EMPTY, encodeFrame, type Frame, HEADER_BYTES, refuse, REQUEST_LIMITS } from './protocol-frame.ts';
import { isPlainObject, parseObject } from './protocol-json.ts';

export { ANSWER_LIMITS, type Frame, FrameDecoder, REQUEST_LIMITS } from './protocol-frame.ts';

/**
 * What goes over the agent's socket. A frame is three lengths (u32, big endian) and three parts:
 *
 *     envelopeLength | resultLength | attachmentsLength | envelope | result | attachments
 *
 * server → client, once, right after accepting: envelope {"keymolt":1,"hello":{"version","pid","host"}}
 * client → server: envelope {"keymolt":1,"id":n,"method":"keys.list","params":{…}}; a secret inside `params` is
 *   {"$bytes":[offset,length]} and its bytes lie in the attachments; the result part is empty
 * server → client: envelope {"id":n,"ok":true|false,"attachments":{"name":[offset,length]}}; the result part is the
 *   answer (or the ErrorView) as JSON text, so that a client may pass it on without reading it
 *
 * SECURITY: secret bytes travel only in attachments, never as text in JSON, so that they end in buffers that can
 * be wiped (test/unit/agent/protocol.test.ts).
 */
export const PROTOCOL_VERSION = 1;
/** Nesting of a request's envelope, the envelope itself counted. */
export const MAX_REQUEST_DEPTH = 8;

// ---- hello

export interface Hello {
  /** Of the agent's program. */
  readonly version: string;
  readonly pid: number;
  readonly host: 'desktop' | 'headless';
}

export const encodeHello = (hello: Hello): Uint8Array[] => encodeFrame({ keymolt: PROTOCOL_VERSION, hello });

export type HelloReading =
  | { readonly hello: Hello }
  /** The peer speaks another version of the protocol, or none. */
  | { readonly hello: undefined; readonly protocol: number | undefined; readonly pid: number | undefined };

export const readHello = (frame: Frame): HelloReading => {
  const { keymolt, hello } = parseObject(frame.envelope, 4);
  const { version, pid, host } = isPlainObject(hello) ? hello : {};
  const knownPid = Number.isSafeInteger(pid) ? (pid as number) : undefined;
  const isHello = typeof version === 'string' && (host === 'desktop' || host === 'headless');
  if (keymolt === PROTOCOL_VERSION && isHello && knownPid !== undefined)
    return { hello: { version, pid: knownPid, host } };
  return { hello: undefined, protocol: typeof keymolt === 'number' ? keymolt : undefined, pid: knownPid };
};

// ---- requests

export interface WireRequest {
  readonly id: number;
  readonly method: string;
  /** Secrets inside are Buffers over the frame's attachments: wipe them after use. Anything else is untrusted JSON. */
  readonly params: Record<string, unknown>;
}

/** `params` may hold Uint8Arrays; they travel as attachments. Does not copy them. */
export const encodeRequest = (id: number, method: string, params: object): Uint8Array[] => {
  const attachments: Uint8Array[] = [];
  let offset = 0;
  const detach = (value: unknown): unknown => {
    if (value instanceof Uint8Array) {
      const span = { $bytes: [offset, value.length] };
      attachments.push(value);
      offset += value.length;
      return span;
    }
    if (Array.isArray(value)) return value.map(detach);
    if (isPlainObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, detach(field)]));
    }
    return value;
  };
  const parts = encodeFrame(
    { keymolt: PROTOCOL_VERSION, id, method, params: detach(params) },
    EMPTY,
    attachments,
  );
  const total = parts.reduce((sum, part) => sum + part.length, 0) - HEADER_BYTES;
  if (total > REQUEST_LIMITS.maxTotalBytes) {
    throw new AppError(
      'BAD_REQUEST',
      `the request has ${total} bytes, more than the ${REQUEST_LIMITS.maxTotalBytes} the agent takes`,
      'give less at once',
    );
  }
  return parts;
};

/** The id of a request that is otherwise unreadable, so that it can be answered; 0 where not even that can be read. */
export const readRequestId = (frame: Frame): number => {
  try {
    const { id } = parseObject(frame.envelope, MAX_REQUEST_DEPTH);
    return isRequestId(id) ? id : 0;
  } catch {
    return 0;
  }
};

/** @throws {AppError} BAD_REQUEST; PROTOCOL_MISMATCH where the client speaks another version */
export const readRequest = (frame: Frame): WireRequest => {
  const envelope = parseObject(frame.envelope, MAX_REQUEST_DEPTH);
  const { keymolt, id, method, params, ...rest } = envelope;
  if (keymolt !== PROTOCOL_VERSION) {
    throw new AppError(
      'PROTOCOL_MISMATCH',
      `this agent speaks version ${PROTOCOL_VERSION} of the protocol, the client another one`,
      'use the same version of keymolt for both: stop the agent, and start it again',
    );
  }
  if (!isRequestId(id)) throw refuse('no id');
  if (typeof method !== 'string' || method.length === 0 || method.length > 100) throw refuse('no method');
  if (!isPlainObject(params)) throw refuse('no params');
  if (Object.keys(rest).length > 0) throw refuse('fields that it does not have');
  return { id, method, params: attach(params, frame.attachments) };
};

type Span = readonly [offset: number, length: number];

/** Replaces each {"$bytes":[offset,length]} by its bytes. The spans must cover the attachments exactly, without overlap. */
const attach = (params: Record<string, unknown>, attachments: Buffer): Record<string, unknown> => {
  const spans: Span[] = [];
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isPlainObject(value)) return value;
    if (Object.hasOwn(value, '$bytes')) {
      const span: unknown = value['$bytes'];
      if (Object.keys(value).length !== 1 || !isSpan(span, attachments.length))
        throw refuse('a bad span of bytes');
      spans.push(span);
      return attachments.subarray(span[0], span[0] + span[1]);
    }
    // SECURITY: a null-prototype copy, and no `__proto__` in it: nothing sent can reach a prototype.
    const copy = Object.create(null) as Record<string, unknown>;
    for (const [name, field] of Object.entries(value)) {
      if (name === '__proto__') throw refuse('a forbidden name');
      copy[name] = walk(field);
    }
    return copy;
  };
  const attached = walk(params) as Record<string, unknown>;
  let covered = 0;
  for (const [offset, length] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (offset !== covered) throw refuse('spans of bytes that do not fit');
    covered += length;
  }
  if (covered !== attachments.length) throw refuse('bytes that nothing refers to');
  return Object.setPrototypeOf(attached, Object.prototype) as Record<string, unknown>;
};

// ---- answers

/** `result` is the answer, or with `ok: false` an ErrorView. */
export type WireAnswer =
  | {
      readonly ok: true;
      readonly result: unknown;
      readonly attachments?: Readonly<Record<string, Uint8Array>>;
    }
  | { readonly ok: false; readonly error: ErrorView };

export const encodeAnswer = (id: number, answer: WireAnswer): Uint8Array[] => {
  if (!answer.ok) return encodeFrame({ id, ok: false }, Buffer.from(JSON.stringify(answer.error), 'utf8'));
  const spans: Record<string, Span> = {};
  const attachments = Object.entries(answer.attachments ?? {});
  let offset = 0;
  for (const [name, bytes] of attachments) {
    spans[name] = [offset, bytes.length];
    offset += bytes.length;
  }
  const envelope = attachments.length === 0 ? { id, ok: true } : { id, ok: true, attachments: spans };
  return encodeFrame(
    envelope,
    Buffer.from(JSON.stringify(answer.result), 'utf8'),
    attachments.map(([, bytes]) => bytes),
  );
};

export interface ReceivedAnswer {
  readonly id: number;
  readonly ok: boolean;
  /** JSON text, unread. */
  readonly result: Buffer;
  /** Over the frame's memory: wipe after use. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

/** @throws {AppError} BAD_REQUEST where it is no answer */
export const readAnswer = (frame: Frame): ReceivedAnswer => {
  const { id, ok, attachments: spans } = parseObject(frame.envelope, 4);
  if (typeof id !== 'number' || typeof ok !== 'boolean') throw refuse('not an answer');
  const attachments = new Map<string, Buffer>();
  if (isPlainObject(spans)) {
    for (const [name, span] of Object.entries(spans)) {
      if (!isSpan(span, frame.attachments.length)) throw refuse('a bad span of bytes');
      attachments.set(name, frame.attachments.subarray(span[0], span[0] + span[1]));
    }
  }
  return { id, ok, result: frame.result, attachments };
};

/** The error in a refused answer. What is not an ErrorView, or has a code of a newer agent, becomes INTERNAL. */
export const readErrorView = (result: Buffer): AppError => {
  const view = parseObject(result, MAX_REQUEST_DEPTH);
  const { code, message, hint, details } = view;
  const text = typeof message === 'string' ? message : 'the agent refused, and did not say why';
  const advice = typeof hint === 'string' ? hint : '';
  if (typeof code !== 'string') return new AppError('INTERNAL', text, advice);
  if (!isErrorCode(code)) return new AppError('INTERNAL', `${code}: ${text}`, advice);
  return new AppError(code, text, advice, isPlainObject(details) ? { details: details as never } : {});
};

const isRequestId = (id: unknown): id is number => Number.isSafeInteger(id) && (id as number) > 0;

const isSpan = (span: unknown, available: number): span is Span => {
  if (!Array.isArray(span) || span.length !== 2) return false;
  const [offset, length] = span as [unknown, unknown];
  return (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    (offset as number) >= 0 &&
    (length as number) >= 0 &&
    (offset as number) + (length as number) <= available
  );
};
