import { z } from 'zod';
import { windowOnly } from '../method.ts';
import { overviewAnswer } from '../views/overview.ts';

export const overview = {
  /** What a window shows first. Of ten thousand keys it is there long before their list. */
  show: windowOnly(
    'unlocked',
    z.strictObject({
      /** How many matters of each environment are listed. */
      most: z.number().int().min(1).max(10_000),
    }),
    overviewAnswer,
  ),
};
