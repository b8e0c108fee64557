import { Fragment } from 'react';

/** A sentence of the core: what it writes in backticks is a command or a name, and looks like one. */
export function Prose({ text }: { readonly text: string }) {
  const parts = text.split('`');
  // An odd one out is a mark of its own, not the beginning of a command.
  if (parts.length < 3 || parts.length % 2 === 0) return text;
  return parts.map((part, at) =>
    at % 2 === 0 ? <Fragment key={at}>{part}</Fragment> : <code key={at}>{part}</code>,
  );
}
