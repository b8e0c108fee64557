import { z } from 'zod';
import { readScenarios } from '../doctor-scenario.ts';
import { frontSchema, PROXIES } from './front.ts';

/** Scenarios on the built program, as data: what is the case, what the doctor must say, and how it is mended. */

const SHAPES = ['den-hosting', 'den-agent', 'moltbot', 'moltbook'] as const;
const files = z.record(z.string(), z.string());
const controls = z.array(z.strictObject({ call: z.string(), body: z.record(z.string(), z.unknown()) }));
const names = z.record(
  z.string(),
  z.union([z.literal('NXDOMAIN'), z.literal('silence'), z.array(z.string()).min(1)]),
);

/** What is done before the doctor is asked again. */
const mendSchema = z.strictObject({
  /** `printed`: the command of the fix, as it stands, in a shell; `fix`: the same question with --fix. */
  by: z.enum(['printed', 'fix', 'nothing']).default('printed'),
  /** What a person puts in for a word in capitals of the printed command. */
  words: z.record(z.string(), z.string()).default({}),
  /** What is typed or piped in. */
  input: z.string().default(''),
  /** What a person writes in the editor that the command opens. */
  edited: z.string().optional(),
  /** What happens outside: in the platform's console, at the network, at the clock. */
  control: controls.default([]),
  front: frontSchema.optional(),
  names: names.optional(),
  aheadMs: z.number().optional(),
  odd: z.literal('gone').optional(),
  files: files.default({}),
  /** `same`: the same question; `environment`: of all its keys; `within`: the command asked it itself. */
  then: z.enum(['same', 'environment', 'within']).default('same'),
  /** The key that is asked of, where it is another one than before. */
  asks: z.string().optional(),
});

const programScenario = z.strictObject({
  name: z.string(),
  shape: z.enum(SHAPES).default('den-hosting'),
  /** Laid over the shape's definition. */
  definition: z.record(z.string(), z.unknown()).default({}),
  kind: z.enum(['test', 'live']).default('test'),
  /** In place of one that the sandbox issues. */
  value: z.string().optional(),
  /** What stands around the value where it is stored. */
  stored: z.string().default('{value}'),
  /** A value that was stored before, and rotated away. */
  before: z.string().optional(),
  isTaken: z.boolean().default(true),
  metadata: z.record(z.string(), z.unknown()).default({}),
  /** Further keys of the same platform and environment, each taken once. */
  spares: z.number().int().default(0),
  /** The same value under another name. */
  twin: z.boolean().default(false),
  /** Calls that an agent made with the key before. */
  calls: z.number().int().default(0),
  /** The platform's list was read. */
  isSynced: z.boolean().default(false),
  /** A rotation was begun, and stands. */
  isRotating: z.boolean().default(false),
  front: frontSchema.optional(),
  names: names.default({}),
  /** After the keys were made and taken. */
  control: controls.default([]),
  proxy: z.enum(PROXIES).optional(),
  /** What was set by hand, and is not the documented one. */
  baseUrl: z.string().optional(),
  /** For this environment alone. */
  isOfEnvironment: z.boolean().default(false),
  documented: z.string().optional(),
  settings: z.record(z.string(), z.string()).default({}),
  files: files.default({}),
  odd: z
    .strictObject({ path: z.string(), kind: z.enum(['fifo', 'loop', 'huge', 'unreadable', 'folder']) })
    .optional(),
  /** A command of ours that runs meanwhile. */
  runs: z.boolean().default(false),
  /** Where the shell stands. */
  folder: z.string().default(''),
  environment: z.record(z.string(), z.string()).default({}),
  args: z.array(z.string()).default([]),
  /** Asks of all keys of the environment. */
  asksAll: z.boolean().default(false),
  aheadMs: z.number().default(0),
  cause: z.string().nullable(),
  fix: z.string(),
  /** The second command, typed after the first one. */
  then: z.string().optional(),
  says: z.string().optional(),
  sources: z.array(z.string()).optional(),
  mend: mendSchema.default(mendSchema.parse({})),
  /** What puts right for the next scenario what all of them share. */
  afterwards: controls.default([]),
  /** What the doctor says when the first fault is mended and a second one shows. */
  next: z
    .strictObject({ cause: z.string(), fix: z.string(), mend: mendSchema.default(mendSchema.parse({})) })
    .optional(),
});
export type ProgramScenario = z.infer<typeof programScenario>;
export type Mend = z.infer<typeof mendSchema>;

export const programScenarios = (...rungs: readonly string[]): readonly ProgramScenario[] =>
  rungs.flatMap((rung) => z.array(programScenario).parse(readScenarios(`program-${rung}.json`)));
