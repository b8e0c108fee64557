import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { SourceFact, SourcesFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { reachOf } from '../../../src-shared/domain/diagnosis/source-rules.ts';
import type { CommandContext } from '../context.ts';
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
 * and what is odd about it come back; the list that is made of them holds no value (test/cli/doctor-keys.test.ts).
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
      base: findBase(place),
      session: findSession(place),
      harness: findHarness(place),
    },
    value: isForeign ? Buffer.from(used, 'utf8') : undefined,
  };
}

type Inspected = Pick<SourceFact, 'fingerprint' | 'match' | 'key' | 'findings'>;

async function toFact(
  context: CommandContext,
  { kind, where, variable, line, state, value, reference }: RawSource,
  { key, env }: { readonly key: string | undefined; readonly env: string },
  known: Map<string, Promise<Inspected>>,
): Promise<SourceFact> {
  const base = { kind, where: where.slice(0, 4096), variable, line, findings: [] as SourceFact['findings'] };
  if (value === undefined) return { ...base, state, fingerprint: null, match: null, key: reference };
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length > MAX_VALUE_BYTES)
    return { ...base, state: 'too_large', fingerprint: null, match: null, key: null };
  const asked =
    known.get(value) ??
    context
      .call('doctor.inspectValue', { value: bytes, ...(key === undefined ? {} : { key }), env })
      .then((answer) => answer.result())
      .then(({ fingerprint, match, key: of, findings }) => ({ fingerprint, match, key: of, findings }));
  known.set(value, asked);
  return { ...base, state, ...(await asked) };
}

/** A base URL beside the key. SECURITY: without a name and password that may stand in it. */
function findBase({ environment }: Place): SourcesFact['base'] {
  const url = environment['MOLTBOTDEN_API_BASE'] ?? '';
  if (url === '' || url.length > 2048) return null;
  return { where: 'this shell', url: url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1') };
}

const SESSION_NAME = /MOLT|FIREBASE|ID_TOKEN|BEARER/i;
const TOKEN = /^(?:Bearer\s+)?eyJ[A-Za-z0-9_-]{5,}\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/;

/** A session token beside the key: a program that sends both is judged by the token alone. */
function findSession({ environment }: Place): SourcesFact['session'] {
  for (const [variable, value] of Object.entries(environment)) {
    if (!SESSION_NAME.test(variable) || value === undefined) continue;
    const payload = TOKEN.exec(value)?.[1];
    if (payload !== undefined) return { where: 'this shell', variable, expiredAt: expiryOf(payload) };
  }
  return null;
}

/** When the token ended; null where it still holds, or does not say. */
function expiryOf(payload: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' && exp > 0 && exp * 1000 < Date.now() && exp < 1e11
      ? new Date(exp * 1000).toISOString()
      : null;
  } catch {
    return null;
  }
}

/** Harnesses that take variables named like secrets away from what they start. */
function findHarness({ environment, home }: Place): SourcesFact['harness'] {
  if (environment['CLAUDE_CODE_SUBPROCESS_ENV_SCRUB'] === '1')
    return { name: 'Claude Code', why: 'CLAUDE_CODE_SUBPROCESS_ENV_SCRUB=1' };
  if (!Object.keys(environment).some((name) => name.startsWith('CODEX_'))) return null;
  try {
    const file = path.join(environment['CODEX_HOME'] ?? path.join(home, '.codex'), 'config.toml');
    return /^\s*ignore_default_excludes\s*=\s*false/m.test(readFileSync(file, 'utf8'))
      ? { name: 'Codex', why: 'ignore_default_excludes = false in its config.toml' }
      : null;
  } catch {
    return null;
  }
}
