import type net from 'node:net';
import { parseHttpDate } from '../../src-shared/domain/limits/retry.ts';
import type { ProbeTarget } from '../services/doctor/ports.ts';
import { TALK_MS, within } from './within.ts';

const MAX_HEAD_BYTES = 16_384;
const MAX_ECHO_BYTES = 1024;

/** How far the server's Date is ahead of our clock; null where it sends none. */
export async function readSkew(
  socket: net.Socket,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<number | null> {
  const sentAt = Date.now();
  const head = await talk(
    socket,
    `HEAD / HTTP/1.1\r\nhost: ${target.host}:${target.port}\r\nuser-agent: keymolt\r\nconnection: close\r\n\r\n`,
    signal,
  );
  const date = parseHttpDate(/^date:[ \t]*(.+?)[ \t]*$/im.exec(head ?? '')?.[1] ?? '');
  if (date === undefined) return null;
  // A Date has whole seconds: half of one is the best guess, and half the way there and back.
  return Math.round(date + 500 - (sentAt + Date.now()) / 2);
}

/** Sends a text and reads a head of HTTP; undefined where none comes. */
export function talk(socket: net.Socket, text: string, signal: AbortSignal): Promise<string | undefined> {
  return within(
    TALK_MS,
    signal,
    new Promise<string | undefined>((done) => {
      let heard = '';
      const onData = (chunk: Buffer): void => {
        heard += chunk.toString('latin1');
        if (!heard.includes('\r\n\r\n') && heard.length < MAX_HEAD_BYTES) return;
        socket.removeListener('data', onData);
        socket.pause();
        done(heard.slice(0, MAX_HEAD_BYTES));
      };
      socket.on('data', onData);
      socket.once('error', () => done(undefined));
      socket.once('close', () => done(undefined));
      socket.write(text);
    }),
  ).catch(() => undefined);
}

/** A short text from a URL; undefined where there is none. */
export function fetchText(url: string, signal: AbortSignal): Promise<string | undefined> {
  return within(
    TALK_MS,
    signal,
    new Promise<string | undefined>((done) => {
      const { get } = url.startsWith('https:')
        ? process.getBuiltinModule('node:https')
        : process.getBuiltinModule('node:http');
      const request = get(
        url,
        { headers: { 'user-agent': 'keymolt', accept: 'text/plain, application/json' } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => {
            text += chunk;
            if (text.length <= MAX_ECHO_BYTES) return;
            answer.destroy();
            done(undefined);
          });
          answer.on('error', () => done(undefined));
          answer.on('end', () => done(answer.statusCode === 200 ? text : undefined));
        },
      );
      request.on('error', () => done(undefined));
      signal.addEventListener('abort', () => request.destroy(), { once: true });
    }),
  ).catch(() => undefined);
}
