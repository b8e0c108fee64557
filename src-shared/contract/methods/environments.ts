import { z } from 'zod';
import { days, environmentName, passphrase } from '../fields.ts';
import { shared } from '../method.ts';
import {
  APPROVALS,
  ENVIRONMENT_KINDS,
  environmentAnswer,
  environmentsAnswer,
} from '../views/environments.ts';
import { nothing } from './request-parts.ts';

export const environments = {
  list: shared('unlocked', nothing, environmentsAnswer),
  add: shared(
    'unlocked',
    z.strictObject({ name: environmentName, kind: z.enum(ENVIRONMENT_KINDS) }),
    environmentAnswer,
  ),
  set: shared(
    'unlocked',
    z.strictObject({
      name: environmentName,
      approve: z.enum(APPROVALS).optional(),
      rotate_every_days: days.nullable().optional(),
      auto_rotate_at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .nullable()
        .optional(),
      /** At the hour, a locked vault is opened by its keychain slot. */
      auto_rotate_unlocks: z.boolean().optional(),
      /** Needed to change `approve`, and to allow `auto_rotate_unlocks`. */
      passphrase: passphrase.optional(),
    }),
    environmentAnswer,
  ),
};
