/** The names under which preload and main process talk. A page never learns or says them. */
export const callName = (channel: string): string => `keymolt:call:${channel}`;
export const EVENT_NAME = 'keymolt:event';
