/**
 * Reads a secret out of its field as bytes, and empties the field at once.
 * SECURITY: fields of secrets are uncontrolled, so that no copy of the text stays in the page's state
 * (test/e2e/page/page-actions.spec.ts).
 */
export const takeSecret = (field: HTMLInputElement | null): Uint8Array => {
  const bytes = new TextEncoder().encode(field?.value ?? '');
  if (field !== null) {
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return bytes;
};

/** Whether a secret was typed twice the same. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, index) => byte === other[index]);

/** For a field of a secret: nothing of it is remembered, corrected or offered. */
export const secretFieldProps = {
  autoComplete: 'off',
  autoCorrect: 'off',
  autoCapitalize: 'off',
  spellCheck: false,
} as const;
