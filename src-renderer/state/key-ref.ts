/** How the window names a key: unique in a vault. */
export type KeyRef = `${string}/${string}`;
export const refOf = (key: { readonly env: string; readonly name: string }): KeyRef =>
  `${key.env}/${key.name}`;
