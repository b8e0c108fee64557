import { z } from 'zod';
import { windowOnly } from '../method.ts';
import { doneAnswer } from '../views/answer-parts.ts';
import { APPROVAL_DECISIONS, approvalsAnswer } from '../views/approvals.ts';
import { nothing } from './request-parts.ts';

/** Requests for keys that wait for a person. Only a page may answer: a process could allow itself everything. */
export const approvals = {
  /** A page that asks this shows what it is told, and is told of changes by `approvalsChanged`. */
  list: windowOnly('nothing', nothing, approvalsAnswer),
  answer: windowOnly(
    'unlocked',
    z.strictObject({
      id: z.string().max(64),
      revision: z.number().int().min(0),
      decision: z.enum(APPROVAL_DECISIONS),
    }),
    doneAnswer,
  ),
};
