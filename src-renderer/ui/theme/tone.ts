/** What a colour says; a word or shape beside it says the same. */
export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger';
