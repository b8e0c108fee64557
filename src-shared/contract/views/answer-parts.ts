import { z } from 'zod';

/** What answers of several namespaces have in common. */

export const schema = z.literal(1);
export const nullableText = z.string().nullable();
export const failureView = z.object({ code: z.string(), message: z.string(), hint: z.string() });

export const doneAnswer = z.object({ schema, warnings: z.array(z.string()) });
