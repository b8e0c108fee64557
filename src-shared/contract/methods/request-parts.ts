import { z } from 'zod';
import { environmentName, keyReference, passphrase } from '../fields.ts';

/** What requests of several namespaces have in common. */

export const nothing = z.strictObject({});
export const env = environmentName.optional();
export const keyTarget = z.strictObject({ key: keyReference, env });
/** `no_input`: fail at once where a person would have to be asked. */
export const approval = { passphrase: passphrase.optional(), no_input: z.boolean().optional() };
/** Names the operation, for `operations.cancel` and `operationProgress`. */
export const operation = { operation_id: z.string().max(64).optional() };
