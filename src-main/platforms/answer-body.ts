import { AppError } from '../../src-shared/errors/app-error.ts';
import type { HttpAnswer } from './transport.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The first of the paths (`a.b.c`) that leads to something; undefined where none does. */
export function findField(json: unknown, paths: readonly string[]): unknown {
  for (const path of paths) {
    const found = path
      .split('.')
      .reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), json);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The body as JSON, or undefined where it is none. */
export function findJson(body: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

/** @throws {AppError} PLATFORM_ANSWER where the body is no JSON object or array */
export function getJson(answer: HttpAnswer, origin: string): unknown {
  const json = findJson(answer.body);
  if (isObject(json)) return json;
  const isHtml = /^\s*</.test(answer.body.subarray(0, 100).toString('latin1'));
  throw new AppError(
    'PLATFORM_ANSWER',
    isHtml
      ? `${origin} answered with a web page instead of data.`
      : `${origin} answered with something that is not the JSON it documents${answer.body.length === 0 ? ': nothing at all' : ''}.`,
    isHtml
      ? 'Is the base URL right? A network that wants you to sign in first answers in this way too.'
      : 'Is the base URL right? Try again; if it stays, the platform or something on the way is broken.',
    { details: { status: answer.status, web_page: isHtml } },
  );
}
