import { z } from 'zod';
import { shared, socketOnly } from '../method.ts';
import { doneAnswer } from '../views/answer-parts.ts';
import { progressAnswer } from '../views/status.ts';
import { nothing } from './request-parts.ts';

export const agent = {
  /** Closes the vault and ends the process; the answer comes before the end. */
  stop: socketOnly('nothing', nothing, doneAnswer),
  /** A desktop app takes over: lock, give up the vault lock and the socket, end. */
  handOver: socketOnly('nothing', nothing, doneAnswer),
};

export const operations = {
  cancel: shared('nothing', z.strictObject({ operation_id: z.string().max(64) }), doneAnswer),
  /** For the command line, which hears no events; null: nothing to tell yet, or it is over. */
  progress: socketOnly('nothing', z.strictObject({ operation_id: z.string().max(64) }), progressAnswer),
};
