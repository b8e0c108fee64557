import { homedir } from 'node:os';
import type { SourceFact, SourcesFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { reachOf } from '../../../src-shared/domain/diagnosis/rules/source-places.ts';
import type { CommandContext } from '../context.ts';
import { findBase, findHarness, findSession } from './find-surroundings.ts';
import { findSources, type Place, type RawSource } from './find-sources.ts';

/** CLI.md, "Shape": what is longer is no value. */
const MAX_VALUE_BYTES = 32_768;

export interface Gathered {
  readonly sources: SourcesFact;
  /** What a program started here would use, where the vault's key is another. */
  readonly value: Buffer | undefined;
}

/**
 * Where the asking shell has the variable from. SECURITY: each value goes to the agent as bytes, and its fingerprint
 * and what is odd about it come back; the list that is made of them holds no value (test/cli/doctor/keys.test.ts).
 */
export async function gatherSources(
  context: CommandContext,
  variable: string,
  options: { readonly key: string | undefined; readonly env: string; readonly envFile: string | undefined },
): Promise<Gathered> {
  const place: Place = {
    environment: process.env,
    folder: process.cwd(),
    home: process.env['HOME'] ?? homedir(),
    envFile: options.envFile,
    env: options.env,
  };
  const raw = findSources(variable, place);
  const known = new Map<string, Promise<Inspected>>();
  const facts: SourceFact[] = [];
  for (const source of raw) facts.push(await toFact(context, source, options, known));
  const winner = reachOf(facts).findIndex(({ reach }) => reach === 'wins');
  const used = raw[winner]?.value;
  const isForeign = used !== undefined && facts[winner]?.match !== 'current';
  return {
    sources: {
      variable,
      sources: facts,
      base: findBase(variable, place),
      session: findSession(variable, place),
      harness: findHarness(place),
    },
    value: isForeign ? Buffer.from(used, 'utf8') : undefined,
  };
}

type Inspected = Pick<SourceFact, 'fingerprint' | 'match' | 'key' | 'findings' | 'cleanKey'>;

async function toFact(
  context: CommandContext,
  { kind, where, variable, line, state, value, reference, hasCarriageReturn }: RawSource,
  { key, env }: { readonly key: string | undefined; readonly env: string },
  known: Map<string, Promise<Inspected>>,
): Promise<SourceFact> {
  const base = {
    kind,
    where: where.slice(0, 4096),
    variable,
    line,
    findings: [] as SourceFact['findings'],
    cleanKey: null,
    endsInCarriageReturn: hasCarriageReturn === true,
  };
  if (value === undefined) return { ...base, state, fingerprint: null, match: null, key: reference };
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length > MAX_VALUE_BYTES)
    return { ...base, state: 'too_large', fingerprint: null, match: null, key: null };
  const asked =
    known.get(value) ??
    context
      .call('doctor.inspectValue', { value: bytes, ...(key === undefined ? {} : { key }), env })
      .then((answer) => answer.result())
      .then(({ fingerprint, match, key: of, findings, clean_key: cleanKey }) => ({
        fingerprint,
        match,
        key: of,
        findings,
        cleanKey,
      }));
  known.set(value, asked);
  return { ...base, state, ...(await asked) };
}
