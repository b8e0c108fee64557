/** How the window names a key: unique in a vault. */
export type KeyRef = `${string}/${string}`;
export const refOf = (key: { readonly env: string; readonly name: string }): KeyRef =>
  `${key.env}/${key.name}`;

/** A core writes a key as `env/name`; that is what a reference here is. */
export const toKeyRef = (text: string): KeyRef => text as KeyRef;
