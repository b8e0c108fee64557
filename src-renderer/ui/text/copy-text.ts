/**
 * Puts public text (a prefix, a fingerprint) on the clipboard. By the copy command and not the clipboard API:
 * that one asks for a permission, and the window refuses every permission.
 */
export const copyText = (text: string): boolean => {
  const onCopy = (event: ClipboardEvent) => {
    event.preventDefault();
    event.clipboardData?.setData('text/plain', text);
  };
  document.addEventListener('copy', onCopy, { once: true });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
  const done = document.execCommand('copy');
  document.removeEventListener('copy', onCopy);
  return done;
};
