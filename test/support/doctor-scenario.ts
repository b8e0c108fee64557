import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  type DiagnosisFacts,
  type AnswerFact,
  answerFact,
  factsSchema,
} from '../../src-shared/domain/diagnosis/facts.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { answerError } from '../../src-main/platforms/answer-error.ts';
import { BUILTIN_DEFINITIONS } from '../../src-main/platforms/definitions/index.ts';
import { textFacts } from '../../src-main/services/doctor/key-facts.ts';
import { toFact } from '../../src-main/services/doctor/ask-platform.ts';
import { Secret } from '../../src-main/vault/secret.ts';

/** Scenarios of the diagnosis, as data (test/doctor/scenarios): what is the case, and what the doctor must say. */

const SCENARIOS = path.join(import.meta.dirname, '..', 'doctor', 'scenarios');

const answer = z.strictObject({
  status: z.number(),
  body: z.unknown(),
  headers: z.record(z.string(), z.string()).default({}),
});

const pureScenario = z.strictObject({
  name: z.string(),
  platform: z.string().default('den-hosting'),
  /** The stored value's text; looked at as the program does. */
  value: z.string().optional(),
  /** What the platform answers to who-am-I; absent: it takes the key. */
  answer: answer.optional(),
  call: answer.extend({ method: z.string(), path: z.string() }).optional(),
  /** Laid over the facts of a healthy key. */
  facts: z.record(z.string(), z.unknown()).default({}),
  cause: z.string().nullable(),
  fix: z.string().nullable().optional(),
  /** What the command does, in words that have to be among them. */
  does: z.string().optional(),
  /** The second command. */
  then: z.string().nullable().optional(),
  /** All else that was found. */
  others: z.array(z.string()).optional(),
  verdict: z.enum(['healthy', 'degraded', 'broken']).optional(),
  message: z.string().optional(),
});
export type PureScenario = z.infer<typeof pureScenario>;

export const pureScenarios = (): readonly (PureScenario & { readonly file: string })[] =>
  readdirSync(SCENARIOS)
    .filter((file) => file.startsWith('facts-'))
    .sort()
    .flatMap((file) =>
      z
        .array(pureScenario)
        .parse(JSON.parse(readFileSync(path.join(SCENARIOS, file), 'utf8')))
        .map((scenario) => ({ ...scenario, file })),
    );

export const readScenarios = (file: string): unknown =>
  JSON.parse(readFileSync(path.join(SCENARIOS, file), 'utf8'));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lay = (under: unknown, over: unknown): unknown =>
  isObject(under) && isObject(over)
    ? Object.fromEntries(
        [...new Set([...Object.keys(under), ...Object.keys(over)])].map((name) => [
          name,
          name in over ? lay(under[name], over[name]) : under[name],
        ]),
      )
    : over;

const definitionOf = (id: string) => BUILTIN_DEFINITIONS.find((definition) => definition.id === id)!;

/** The facts that the program would have gathered. */
export function factsOf(scenario: PureScenario): DiagnosisFacts {
  const definition = definitionOf(scenario.platform);
  const url = new URL(definition.baseUrl ?? 'https://platform.example');
  const healthy = {
    subject: {
      key: 'dev/agent',
      env: 'dev',
      kind: 'test',
      platform: definition.id,
      platformName: definition.name,
      header: definition.auth.apiKeyHeader,
      isHeaderDocumented: !definition.undocumented.includes('auth.apiKeyHeader'),
      baseUrl: definition.baseUrl ?? 'https://platform.example',
      documentedBaseUrl: definition.baseUrl,
      canCreate: definition.calls.create !== null,
      strategy: definition.rotation.strategy,
      status: 'active',
      mode: 'unknown',
      keyId: 'key_1',
      hasWorked: true,
      variable: 'MOLTBOTDEN_API_KEY',
      sharedKeys: definition.capabilities.sharedKeys,
    },
    text:
      scenario.value === undefined
        ? { findings: [], isCleanable: false }
        : textFacts(Secret.fromText(scenario.value), definition, BUILTIN_DEFINITIONS),
    sources: null,
    network: {
      host: url.hostname,
      port: 443,
      dns: { problem: null, addresses: ['203.0.113.5'] },
      tcp: { problem: null },
      tls: {
        problem: null,
        chain: [
          {
            subject: url.hostname,
            issuer: 'A Public CA',
            validFrom: '2026-01-01T00:00:00.000Z',
            validTo: '2027-01-01T00:00:00.000Z',
          },
        ],
      },
      proxy: null,
      skewMs: 300,
    },
    answer:
      scenario.answer === undefined
        ? { outcome: 'ok', status: 200 }
        : refusal(scenario.platform, scenario.answer),
    account: null,
    others: null,
    worksAt: null,
    call:
      scenario.call === undefined
        ? null
        : {
            ...(scenario.call.status < 300
              ? answerFact.parse({ outcome: 'ok', status: scenario.call.status })
              : refusal(scenario.platform, scenario.call)),
            method: scenario.call.method,
            path: scenario.call.path,
          },
    addresses: { allowed: [], own: null },
    limits: [],
    hygiene: { daysLeft: 60, idleDays: 1, overlapOpenMinutes: null, duplicates: [] },
  };
  return factsSchema.parse(lay(healthy, scenario.facts));
}

/** An answer of the platform, read as the client reads it. */
function refusal(platform: string, { status, body, headers }: z.infer<typeof answer>): AnswerFact {
  const definition = definitionOf(platform);
  const isText = typeof body === 'string';
  const error =
    status < 300
      ? new AppError('PLATFORM_ANSWER', 'answered with a web page instead of data.', '', {
          details: { status, web_page: isText },
        })
      : answerError(
          {
            status,
            header: (name) => headers[name.toLowerCase()],
            body: Buffer.from(isText ? body : JSON.stringify(body)),
          },
          {
            definition,
            origin: new URL(definition.baseUrl ?? 'https://platform.example').origin,
            secrets: [],
          },
        );
  return toFact(error, 12, new AbortController().signal);
}
