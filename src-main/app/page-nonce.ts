/** Stands in the built page where each load gets a nonce of its own. */
export const STYLE_NONCE_PLACEHOLDER = 'keymolt-style-nonce';
