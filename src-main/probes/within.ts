/** How long one exchange with the other side may take. */
export const TALK_MS = 3000;

/** Of a Node error, or a code by itself; empty where there is none. */
export const codeOf = (error: unknown): string => {
  if (typeof error === 'string') return error;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** @throws {Error} when the time is up or the signal says so */
export async function within<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new DOMException('time is up', 'TimeoutError'));
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    if (signal.aborted) end();
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    stop();
  }
}
