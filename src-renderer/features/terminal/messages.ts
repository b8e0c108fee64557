export const messages = {
  terminal: (command: string) => `Terminal of ${command}. F6 leaves it.`,
};
