import type { Readable } from 'node:stream';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** Far more than any documented answer has. */
export const MAX_ANSWER_BYTES = 1_048_576;

/**
 * Reads an answer's body up to a cap, and nothing of one that says it is longer or packed.
 * @throws {AppError} PLATFORM_ANSWER
 */
export async function readCapped(
  body: Readable,
  header: (name: string) => string | undefined,
  origin: string,
): Promise<Buffer> {
  const refuse = (what: string): never => {
    // A destroyed stream reports that it was destroyed: nobody else is listening.
    body.on('error', () => undefined);
    body.destroy();
    throw new AppError(
      'PLATFORM_ANSWER',
      `${origin} ${what}`,
      'Check the base URL: is something else answering there?',
    );
  };
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? '';
  // SECURITY: a packed answer of 10 kB can hold 10 GB; we said that we take none.
  if (encoding !== '' && encoding !== 'identity') refuse('sent a packed answer although none was asked for.');
  if (Number(header('content-length')) > MAX_ANSWER_BYTES) refuse('sent an answer larger than 1 MiB.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) refuse('sent an answer larger than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
