import type { Command } from '../context.ts';
import { helpFor } from '../output/help.ts';

export const version: Command = (context) => {
  const { version: own } = context.program;
  if (context.isJson) context.printJson({ schema: 1, version: own, node: process.versions.node });
  else context.print(`keymolt ${own} (Node ${process.versions.node})\n`);
  return 0;
};

export const help: Command = (context) => {
  context.print(helpFor(context.positionals));
  return 0;
};
