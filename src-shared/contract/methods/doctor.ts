import { z } from 'zod';
import { sourcesFact } from '../../domain/diagnosis/facts.ts';
import { PROXY_VARIABLES } from '../../domain/diagnosis/proxy.ts';
import { keyReference, keyValue } from '../fields.ts';
import { shared, socketOnly } from '../method.ts';
import { doctorAnswer, inspectedValueView } from '../views/doctor.ts';
import { keyAnswer } from '../views/keys.ts';
import { env, keyTarget, operation } from './request-parts.ts';

export const doctor = {
  /**
   * Why a key fails, and what to type. Without `key` and without `sources`: all keys of the environment, or of all.
   * Changes nothing on a platform, unless `method` says so.
   */
  run: shared(
    'unlocked',
    z.strictObject({
      key: keyReference.optional(),
      env,
      offline: z.boolean().optional(),
      method: z
        .string()
        .regex(/^[A-Z]{3,10}$/)
        .optional(),
      path: z.string().min(1).max(300).optional(),
      /** The address that calls come from, where a person knows it; else the address echo is asked. */
      egress_address: z.string().max(45).optional(),
      /** What the asking shell holds, by fingerprint. */
      sources: sourcesFact.optional(),
      /** The value that the asking program would use, where it is not the vault's. */
      value: keyValue.optional(),
      proxies: z
        .strictObject({
          https: z.string().max(300).nullable(),
          http: z.string().max(300).nullable(),
          all: z.string().max(300).nullable(),
          none: z.string().max(2000),
          lower: z.array(z.enum(PROXY_VARIABLES)).max(4).optional(),
          /** Profiles that set them: variable to place. */
          setIn: z.record(z.string().max(40), z.string().max(4096)).optional(),
        })
        .optional(),
      ...operation,
    }),
    doctorAnswer,
  ),
  /** Which key of the vault a value is, and what is odd about its text. The value goes in, and never back. */
  inspectValue: socketOnly(
    'unlocked',
    z.strictObject({ value: keyValue, key: keyReference.optional(), env }),
    inspectedValueView,
  ),
  /** Takes blanks, quotes and look-alikes out of a stored value, where the rest is as it should be. */
  cleanValue: shared('unlocked', keyTarget, keyAnswer),
};
