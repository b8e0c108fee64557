import { homedir } from 'node:os';
import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { parseCidr } from '../../../src-shared/domain/addresses/cidr.ts';
import { PROXY_VARIABLES } from '../../../src-shared/domain/diagnosis/proxy.ts';
import { DEFAULT_VARIABLE, VARIABLE_NAME } from '../../../src-shared/domain/names.ts';
import type { AgentAnswer } from '../../agent/client.ts';
import { usage } from '../arguments/arguments.ts';
import type { Command, CommandContext } from '../context.ts';
import { keyTarget } from '../arguments/key-target.ts';
import { cancellable } from '../operation.ts';
import { checkTarget, writePrivateFile } from '../private-file.ts';
import { nextQuestion } from '../doctor/next-question.ts';
import { inWords } from '../doctor/words.ts';

const SELF = { words: 'doctor' } as const;

/** Why a key fails, and what to type. Exit 0 where nothing is to be mended. */
export const doctor: Command = async (context) => {
  const { flags } = context;
  const method = flags.text('method')?.toUpperCase();
  const path = flags.text('path');
  if ((method === undefined) !== (path === undefined))
    throw usage('--method and --path belong together', SELF);
  if (path?.startsWith('/') === false) throw usage(`--path begins with a slash: --path /${path}`, SELF);
  const report = flags.text('report');
  if (report !== undefined) checkTarget(report, { mayReplace: true });
  const egress = flags.text('egress-address');
  if (egress !== undefined && (egress.includes('/') || !parseCidr(egress).ok))
    throw usage(`'${egress}' is no IP address`, SELF);
  const name = context.positionals[0];
  const target = name === undefined ? { env: await context.oneEnv() } : await keyTarget(context, name);
  const request: Asked = {
    ...target,
    ...(flags.has('offline') ? { offline: true } : {}),
    ...(method === undefined || path === undefined ? {} : { method, path }),
    ...(egress === undefined ? {} : { egress_address: egress }),
    proxies: await proxiesOf(process.env),
  };
  let answer = await ask(context, request);
  if (flags.has('fix') && answer.result().cause !== null) {
    const { applyFix } = await import('../doctor/apply-fix.ts');
    if (await applyFix(context, answer.result())) answer = await ask(context, request);
  }
  const view = answer.result();
  const next = view.cause === null ? await nextQuestion(context, view) : null;
  context.answer(answer, () =>
    inWords(view, { paint: context.paint, next, isWhole: flags.has('all'), folder: process.cwd() }),
  );
  if (report !== undefined) {
    const { reportJson, reportMarkdown } = await import('../../../src-shared/domain/diagnosis/report.ts');
    const text = (report.toLowerCase().endsWith('.json') ? reportJson : reportMarkdown)(view, {
      withAddresses: flags.has('addresses'),
      machine: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    });
    writePrivateFile(checkTarget(report, { mayReplace: true }), Buffer.from(text, 'utf8'), {
      mode: 0o600,
      mayReplace: true,
    });
    context.note(`the report is in ${report}`);
  }
  return view.verdict === 'healthy' ? 0 : 1;
};

type Asked = Omit<RequestOf<'doctor.run'>, 'sources' | 'value'>;

/** Looks at the shell first where that was asked for: its values change with a fix, as the vault's do. */
async function ask(context: CommandContext, request: Asked): Promise<AgentAnswer<DoctorView>> {
  const { flags } = context;
  const envFile = flags.all('env-file').at(-1);
  const gathered =
    flags.has('var') || envFile !== undefined ? await lookAtShell(context, request, envFile) : undefined;
  return cancellable(context, (operation) =>
    context.call('doctor.run', {
      ...request,
      ...(gathered === undefined ? {} : { sources: gathered.sources }),
      ...(gathered?.value === undefined ? {} : { value: gathered.value }),
      ...operation,
    }),
  );
}

async function lookAtShell(context: CommandContext, { key, env }: Asked, envFile: string | undefined) {
  const named = context.flags.text('var');
  if (named !== undefined && !VARIABLE_NAME.test(named)) throw usage(`'${named}' is no variable`, SELF);
  const variable =
    named ??
    (key === undefined
      ? DEFAULT_VARIABLE
      : (await context.call('keys.show', { key, ...(env === undefined ? {} : { env }) })).result().key.var);
  const { gatherSources } = await import('../doctor/gather-sources.ts');
  return gatherSources(context, variable, { key, env: env ?? (await context.oneEnv()), envFile });
}

/** Proxy variables as programs of this shell read them. SECURITY: without the credentials that may stand in them. */
async function proxiesOf(env: NodeJS.ProcessEnv): Promise<NonNullable<RequestOf<'doctor.run'>['proxies']>> {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const address = (name: string): string | null => {
    const text = read(name).replace(/^((?:[a-z0-9]+:\/\/)?)[^/@]*@/i, '$1');
    return text === '' ? null : text.slice(0, 300);
  };
  return {
    https: address('HTTPS_PROXY'),
    http: address('HTTP_PROXY'),
    all: address('ALL_PROXY'),
    none: read('NO_PROXY').slice(0, 2000),
    lower: PROXY_VARIABLES.filter((one) => env[one === 'none' ? 'no_proxy' : `${one}_proxy`] !== undefined),
    setIn: await profilesThatSet(
      ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [name.toLowerCase(), name]),
      env,
    ),
  };
}

/** Where the variables that are set come from, as far as the profiles tell. */
async function profilesThatSet(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const set = names.filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0) return {};
  const { profilePlace } = await import('../doctor/find-sources.ts');
  const home = env['HOME'] ?? homedir();
  return Object.fromEntries(
    set.flatMap((name) => {
      const place = profilePlace(name, home);
      return place === undefined ? [] : [[name, place] as const];
    }),
  );
}
