import { type ServerResponse, STATUS_CODES } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ApiAnswer } from './api-request.ts';
import type { RequestFault } from './faults.ts';
import { sendJson } from './http-io.ts';

const PAGE =
  '<!doctype html><html><head><title>Sign in to the network</title></head><body>Welcome</body></html>';
const BOMB_BYTES = 64 * 1_048_576;

/** Sends an answer the way the fault wants it. `answered` is what would have been sent. */
export function sendFault(response: ServerResponse, fault: RequestFault, answered: ApiAnswer): void {
  switch (fault.kind) {
    case 'latency':
      sendJson(response, answered);
      return;
    case 'lost_response':
      response.socket?.destroy();
      return;
    case 'status':
      sendJson(response, {
        status: fault.status,
        body: fault.body ?? {
          error: 'sandbox_fault',
          message: 'The sandbox was told to fail.',
          detail: 'The sandbox was told to fail.',
        },
      });
      return;
    case 'rate_limited':
      sendJson(response, {
        status: 429,
        body: { error: 'rate_limit_exceeded', message: 'You have exceeded the rate limit for your tier.' },
        headers: fault.retry_after === null ? {} : { 'Retry-After': fault.retry_after },
      });
      return;
    case 'redirect':
      response.writeHead(fault.status, { location: fault.location }).end();
      return;
    case 'html':
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end(PAGE);
      return;
    case 'half_json': {
      const text = JSON.stringify(answered.body);
      response
        .writeHead(answered.status, { 'content-type': 'application/json' })
        .end(text.slice(0, Math.max(1, text.length / 2)));
      return;
    }
    case 'huge':
      sendHuge(response, fault.bytes);
      return;
    case 'gzip_bomb':
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(BOMB_BYTES, 0x20)));
      return;
    case 'slow_drip':
      sendDrip(response, fault.interval_ms, answered);
      return;
    case 'stall':
      response.socket?.write(headAndBody(answered).subarray(0, fault.bytes));
      return;
    case 'omit_field': {
      const body = typeof answered.body === 'object' ? { ...answered.body } : {};
      Reflect.deleteProperty(body, fault.field);
      sendJson(response, { ...answered, body });
    }
  }
}

function headAndBody({ status, body }: ApiAnswer): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${text.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), text]);
}

function sendHuge(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(65_536, 0x20);
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const size = Math.min(left, chunk.length);
      left -= size;
      if (!response.write(chunk.subarray(0, size))) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

function sendDrip(response: ServerResponse, intervalMs: number, answered: ApiAnswer): void {
  const bytes = Buffer.from(JSON.stringify(answered.body));
  response.writeHead(answered.status, { 'content-type': 'application/json' });
  let at = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, intervalMs);
  response.on('close', () => {
    clearInterval(timer);
  });
}
