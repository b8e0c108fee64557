export const messages = {
  close: 'Close',
  live: 'LIVE',
  loadAgain: 'Load again',
  copyCommand: 'Copy command',
  commandCopied: 'Command copied',
};
