export const messages = {
  close: 'Close',
  live: 'LIVE',
  loadAgain: 'Load again',
};
