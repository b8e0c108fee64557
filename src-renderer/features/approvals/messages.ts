import type { ApprovalView } from '../../../src-shared/contract/views.ts';

const PURPOSES: Readonly<Record<ApprovalView['purpose'], string>> = {
  run: 'for a command that it starts',
  read: 'to print them',
  copy: 'to copy them',
  inject: 'to write them into a file',
  resolve: 'to hand them to OpenClaw',
  deploy: 'to write them where programs read them',
};

export const messages = {
  title: (env: string) => `A program asks for keys of ${env}`,
  lead: ({ purpose }: ApprovalView) => `It wants them ${PURPOSES[purpose]}.`,
  more: (count: number) => `${count} more ${count === 1 ? 'program waits' : 'programs wait'} for an answer.`,
  command: 'Command',
  keys: 'Keys',
  moreKeys: (count: number) => `and ${count} more`,
  folder: 'Folder',
  parent: 'Started by',
  requests: 'Requests',
  manyRequests: (count: number) => `${count}, answered together`,
  process: (name: string, pid: number) => `${name} (pid ${pid})`,
  unknown: 'This system does not tell',
  own: 'Names and folders are what the programs say of themselves.',
  tree: ({ tree, is_terminal: isTerminal }: ApprovalView): string => {
    if (isTerminal) return 'this terminal session';
    return tree === null ? 'all your programs' : `${tree.name} and what it starts`;
  },
  scope: (env: string, tree: string) =>
    `“Allow until lock” and “Allow for 8 hours” hold for keys of ${env} and for ${tree}. Locking the vault ends both.`,
  deny: 'Deny',
  once: 'Allow once',
  untilLock: 'Allow until lock',
  hours: 'Allow for 8 hours',
  wait: 'Read it first: the buttons work in a moment.',
  ready: 'Without an answer it is refused. Esc denies.',
};
