import { checkBaseUrl } from '../../addresses/base-url.ts';
import { type Candidate, command, type Fix, shellWord } from '../candidate.ts';
import type { DiagnosisFacts, SourcesFact } from '../facts.ts';
import { editing, lineOf, place } from './source-places.ts';

/** What a program finds beside the key, and what decides with it: where calls go, another credential. */
export function baseCandidates(
  { base: found, variable }: SourcesFact,
  subject: DiagnosisFacts['subject'],
): Candidate[] {
  if (found === null) return [];
  const right = subject.baseUrl;
  const fix: Fix =
    found.where === 'this shell'
      ? command(`unset ${found.variable}`, { does: 'takes it out of this shell' })
      : right === null || subject.key === null
        ? command(editing(found))
        : {
            command: `keymolt doctor ${subject.key} --var ${variable} --fix`,
            repair: { kind: 'set_base_in_file', file: found.where, variable: found.variable, url: right },
            does: `sets ${lineOf(found)} to ${found.variable}=${right}`,
          };
  const base = { rung: 'net.http', severity: 'fail', tellApart: '', fix } as const;
  const checked = checkBaseUrl(found.url);
  if (/^http:/i.test(found.url) && !(checked.ok && checked.isLoopback)) {
    return [
      {
        ...base,
        code: 'net.plain_http',
        confidence: 'certain',
        message: `${found.variable} in ${place(found)} is plain http: the key would be readable on its way.`,
      },
    ];
  }
  if (right === null || found.url.trim().replace(/\/+$/, '') === right) return [];
  // SECURITY: what stands behind the path of somebody's address may be anything, a key too.
  const [shown = ''] = found.url.split(/[?#]/);
  return [
    {
      ...base,
      code: 'net.wrong_base_path',
      confidence: 'likely',
      message: `${found.variable} in ${place(found)} is ${shown.slice(0, 200)}, and ${subject.platformName} is at ${right}.`,
    },
  ];
}

export function sessionCandidates({ session }: SourcesFact, header: string): Candidate[] {
  if (session === null) return [];
  const { variable, line, expiredAt, isForeign } = session;
  const isShell = session.where === 'this shell';
  const what = isForeign
    ? 'a token that Firebase did not issue, so that the platform refuses it'
    : 'a session token';
  return [
    {
      code: expiredAt === null ? 'auth.bearer_precedence' : 'auth.session_expired',
      rung: 'auth.who_am_i',
      severity: expiredAt === null ? 'warn' : 'fail',
      confidence: 'likely',
      message:
        expiredAt === null
          ? `${variable} in ${place(session)} holds ${what}: where a program sends it as Bearer beside ${header}, Bearer decides and the key is not looked at.`
          : `${variable} in ${place(session)} holds a session token that ended ${expiredAt}: sent as Bearer, it decides before the key.`,
      fix: isShell
        ? command(`unset ${variable}`, { does: 'takes it out of this shell' })
        : line === null
          ? command(editing(session), { does: `for you to take ${variable} out` })
          : command(`perl -pi -e 's/^/# / if $. == ${line}' ${shellWord(session.where)}`, {
              does: `makes ${lineOf(session)} a comment`,
            }),
      tellApart: `Start the program once as \`${isShell ? `env -u ${variable}` : `${variable}=`} COMMAND\`, without it: where that works, this was it.`,
    },
  ];
}
