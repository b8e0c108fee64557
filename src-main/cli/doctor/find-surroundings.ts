import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SourcesFact } from '../../../src-shared/domain/diagnosis/facts.ts';
import { envFiles, readEnvFile } from './env-files.ts';
import type { Place } from './find-sources.ts';

/** What stands beside a key and decides with it: where calls go, another credential, who takes variables away. */

interface Setting {
  readonly where: string;
  readonly line: number | null;
  readonly variable: string;
  readonly value: string;
}

/** Variables of the shell, then those of the .env files, in the order in which programs read them. */
function* settingsOf(place: Place): Generator<Setting> {
  for (const [variable, value] of Object.entries(place.environment))
    if (value !== undefined) yield { where: 'this shell', line: null, variable, value };
  for (const file of envFiles(place)) {
    const read = readEnvFile(file);
    if (typeof read === 'string') continue;
    for (const [variable, value] of Object.entries(read.variables))
      yield { where: file, line: read.lineOf(variable), variable, value };
  }
}

const KEY_ENDING = /_?(?:API_?)?(?:KEY|TOKEN|SECRET)$/i;
const BASE_ENDING = /^_?(?:API_?)?(?:BASE(?:_?UR[LI])?|UR[LI]|ENDPOINT)$/i;

/** `MOLTBOTDEN_API_BASE`, which `keymolt run` sets, and what else is named after the key: `MOLTBOTDEN_BASE_URL`. */
const isBaseName = (name: string, variable: string): boolean => {
  if (name === 'MOLTBOTDEN_API_BASE') return true;
  const stem = variable.replace(KEY_ENDING, '');
  return stem !== '' && name.startsWith(stem) && BASE_ENDING.test(name.slice(stem.length));
};

/** A base URL beside the key. SECURITY: without a name and password that may stand in it. */
export function findBase(variable: string, place: Place): SourcesFact['base'] {
  for (const { value, ...found } of settingsOf(place)) {
    if (value === '' || value.length > 2048 || !isBaseName(found.variable, variable)) continue;
    return { ...found, url: value.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1') };
  }
  return null;
}

const SESSION_NAME = /MOLT|FIREBASE|ID_?TOKEN|BEARER|AUTHORIZATION/i;
const TOKEN = /^(?:Bearer\s+)?eyJ[A-Za-z0-9_-]{5,}\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/;

/** A session token beside the key: a program that sends both is judged by the token alone. */
export function findSession(variable: string, place: Place): SourcesFact['session'] {
  for (const { value, ...found } of settingsOf(place)) {
    // A token in the key's own place is another fault.
    if (found.variable === variable || !SESSION_NAME.test(found.variable)) continue;
    const payload = TOKEN.exec(value)?.[1];
    if (payload !== undefined) return { ...found, ...claimsOf(payload) };
  }
  return null;
}

/** Firebase's ID tokens name it so: https://firebase.google.com/docs/auth/admin/verify-id-tokens */
const FIREBASE = 'https://securetoken.google.com/';

/** When the token ended, null where it still holds or does not say; and whether somebody else issued it. */
function claimsOf(payload: string): { readonly expiredAt: string | null; readonly isForeign: boolean } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return { expiredAt: null, isForeign: true };
    const exp = 'exp' in claims ? claims.exp : undefined;
    const issuer = 'iss' in claims ? claims.iss : undefined;
    return {
      expiredAt:
        typeof exp === 'number' && exp > 0 && exp * 1000 < Date.now() && exp < 1e11
          ? new Date(exp * 1000).toISOString()
          : null,
      isForeign: typeof issuer !== 'string' || !issuer.startsWith(FIREBASE),
    };
  } catch {
    return { expiredAt: null, isForeign: true };
  }
}

const SCRUB = 'CLAUDE_CODE_SUBPROCESS_ENV_SCRUB';

/** Harnesses that take variables named like secrets away from what they start. */
export function findHarness({ environment, home }: Place): SourcesFact['harness'] {
  // What `keymolt run` started has its variables whatever started it.
  const isRun = environment['KEYMOLT_RUN_ID'] !== undefined;
  if (environment[SCRUB] === '1')
    return { name: 'Claude Code', why: `${SCRUB}=1`, isInside: isRun || environment['CLAUDECODE'] === '1' };
  if (!Object.keys(environment).some((name) => name.startsWith('CODEX_'))) return null;
  try {
    const file = path.join(environment['CODEX_HOME'] ?? path.join(home, '.codex'), 'config.toml');
    return /^\s*ignore_default_excludes\s*=\s*false/m.test(readFileSync(file, 'utf8'))
      ? {
          name: 'Codex',
          why: 'ignore_default_excludes = false in its config.toml',
          isInside: isRun || Object.keys(environment).some((name) => name.startsWith('CODEX_SANDBOX')),
        }
      : null;
  } catch {
    return null;
  }
}
