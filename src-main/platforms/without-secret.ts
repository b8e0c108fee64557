const SHORTEST_PART = 8;
const MAX_SEARCHED = 2000;

/**
 * Takes a secret out of a text that somebody else wrote, whole or in parts of 8 characters and more: platforms like to
 * repeat the beginning or the end of the key they refuse.
 * SECURITY: needs no idea of the secret's format, unlike redaction by pattern (test/unit/platforms/without-secret.test.ts).
 * @param publicPart the beginning that is no secret, such as `mbd_live_`
 */
export function withoutSecret(text: string, secret: string, publicPart: string): string {
  const searched = text.slice(0, MAX_SEARCHED);
  const hidden = secret.startsWith(publicPart) ? secret.slice(publicPart.length) : secret;
  const shortest = Math.min(SHORTEST_PART, hidden.length);
  if (shortest === 0) return searched;
  let shown = '';
  let at = 0;
  while (at < searched.length) {
    let length = shortest;
    if (!hidden.includes(searched.slice(at, at + length)) || at + length > searched.length) {
      shown += searched.charAt(at);
      at += 1;
      continue;
    }
    while (at + length < searched.length && hidden.includes(searched.slice(at, at + length + 1))) length += 1;
    shown += '[redacted]';
    at += length;
  }
  return shown;
}
