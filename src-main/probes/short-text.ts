/** A text of a stranger (a certificate's name), fit to be shown: one line, capped, nothing that turns or hides text. */
export const shortText = (text: string, max: number): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, max);
