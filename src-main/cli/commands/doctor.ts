import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { DoctorCauseView, DoctorView } from '../../../src-shared/contract/views.ts';
import { parseCidr } from '../../../src-shared/domain/addresses/cidr.ts';
import { PROXY_VARIABLES } from '../../../src-shared/domain/diagnosis/proxy.ts';
import { DEFAULT_VARIABLE, VARIABLE_NAME } from '../../../src-shared/domain/names.ts';
import type { AgentAnswer } from '../../agent/client.ts';
import { usage } from '../arguments.ts';
import type { Command, CommandContext } from '../context.ts';
import { keyTarget } from '../key-target.ts';
import { cancellable } from '../operation.ts';
import { checkTarget, writePrivateFile } from '../private-file.ts';
import { type Colour, printable } from '../terminal.ts';

/** Why a key fails, and what to type. Exit 0 where nothing is to be mended. */
export const doctor: Command = async (context) => {
  const { flags } = context;
  const method = flags.text('method')?.toUpperCase();
  const path = flags.text('path');
  if ((method === undefined) !== (path === undefined)) throw usage('--method and --path belong together');
  const report = flags.text('report');
  if (report !== undefined) checkTarget(report, { mayReplace: true });
  const egress = flags.text('egress-address');
  if (egress !== undefined && (egress.includes('/') || !parseCidr(egress).ok))
    throw usage(`'${egress}' is no IP address`);
  const name = context.positionals[0];
  const target = name === undefined ? { env: await context.oneEnv() } : await keyTarget(context, name);
  const request: Asked = {
    ...target,
    ...(flags.has('offline') ? { offline: true } : {}),
    ...(method === undefined || path === undefined ? {} : { method, path }),
    ...(egress === undefined ? {} : { egress_address: egress }),
    proxies: proxiesOf(process.env),
  };
  let answer = await ask(context, request);
  if (flags.has('fix') && answer.result().cause !== null) {
    const { applyFix } = await import('../doctor/apply-fix.ts');
    if (await applyFix(context, answer.result())) answer = await ask(context, request);
  }
  const view = answer.result();
  const next = view.cause === null && view.key !== null ? await nextQuestion(context, view) : null;
  context.answer(answer, () => inWords(view, context, next));
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
  if (named !== undefined && !VARIABLE_NAME.test(named)) throw usage(`'${named}' is no variable`);
  const variable =
    named ??
    (key === undefined
      ? DEFAULT_VARIABLE
      : (await context.call('keys.show', { key, ...(env === undefined ? {} : { env }) })).result().key.var);
  const { gatherSources } = await import('../doctor/gather-sources.ts');
  return gatherSources(context, variable, { key, env: env ?? (await context.oneEnv()), envFile });
}

/** Proxy variables as programs of this shell read them. SECURITY: without the credentials that may stand in them. */
const proxiesOf = (env: NodeJS.ProcessEnv): NonNullable<RequestOf<'doctor.run'>['proxies']> => {
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
  };
};

const STATUS_COLOURS = {
  pass: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
} as const satisfies Record<string, Colour>;

/** Where nothing was found and a program fails all the same: what was not looked at yet. */
async function nextQuestion(context: CommandContext, { key, checks }: DoctorView): Promise<string | null> {
  const { flags } = context;
  if (key === null || context.isJson || flags.has('offline')) return null;
  const name = printable(key);
  if (!flags.has('var') && !flags.has('env-file')) {
    const variable = (await context.call('keys.show', { key })).result().key.var;
    return `A program fails all the same? Ask where it starts which value it would use:\n\n  keymolt doctor ${name} --var ${printable(variable)}`;
  }
  if (!flags.has('method'))
    return `A program fails all the same? Make the one call that fails:\n\n  keymolt doctor ${name} --var ${printable(flags.text('var') ?? DEFAULT_VARIABLE)} --method METHOD --path PATH`;
  const sent = checks.find(({ id }) => id === 'auth.who_am_i')?.evidence ?? '';
  return `A program fails all the same? Then it sends something else than Keymolt does (${printable(sent)}, and nothing beside it): look at its headers and its address.`;
}

/** The cause first, then what to type, then the ladder. */
const inWords = (view: DoctorView, { paint }: CommandContext, next: string | null): string => {
  const { verdict, cause, checks } = view;
  const about = view.key ?? (view.keys.length === 1 ? '1 key' : `${view.keys.length} keys`);
  const lines: string[] = [];
  if (cause === null) {
    lines.push(
      view.keys.length === 0 && view.key === null && checks.length === 0
        ? 'no keys to look at'
        : paint('green', `${about}: healthy`),
    );
  } else lines.push(...causeLines(cause, verdict, paint));
  lines.push('');
  const width = checks.reduce((widest, { id }) => Math.max(widest, id.length), 0);
  for (const { id, status, evidence } of checks) {
    lines.push(
      `${paint(STATUS_COLOURS[status], status.padEnd(4))}  ${printable(id).padEnd(width)}  ${printable(evidence)}`,
    );
  }
  if (view.sources.length > 0) lines.push('', ...sourceLines(view));
  if (view.others.length > 0) {
    lines.push('', 'Also found:');
    for (const other of view.others) {
      lines.push(`  ${other.code}: ${printable(other.message)}`, `    ${printable(other.fix)}`);
    }
  }
  if (next !== null) lines.push('', next);
  lines.push('', paint('dim', `${view.duration_ms} ms`), '');
  return lines.join('\n');
};

const causeLines = (
  { code, message, fix, confidence, tell_apart: tellApart }: DoctorCauseView,
  verdict: DoctorView['verdict'],
  paint: CommandContext['paint'],
): string[] => [
  paint(verdict === 'broken' ? 'red' : 'yellow', printable(message)) +
    paint('dim', `  [${code}${confidence === 'certain' ? '' : `, ${confidence}`}]`),
  '',
  `  ${paint('bold', printable(fix))}`,
  ...(tellApart === '' || confidence === 'certain' ? [] : ['', printable(tellApart)]),
];

/** Where the key could come from, by fingerprint. */
const sourceLines = ({ sources }: DoctorView): string[] => {
  const place = ({ where, line }: (typeof sources)[number]): string =>
    line === null ? where : `${where}:${line}`;
  const width = sources.reduce((widest, source) => Math.max(widest, place(source).length), 0);
  return [
    `${sources[0]?.variable ?? ''} could come from:`,
    ...sources.map((source) =>
      [
        `  ${source.reach === 'wins' ? '→' : ' '} ${printable(place(source)).padEnd(width)}`,
        source.fingerprint ?? source.state.replaceAll('_', ' '),
        source.match === 'current'
          ? `the value of ${source.key ?? ''}`
          : source.match === 'previous'
            ? `stale: ${source.key ?? ''} had it before`
            : source.match === 'other_key'
              ? `the value of ${source.key ?? ''}`
              : source.match === 'unknown'
                ? 'not in the vault'
                : '',
        source.reach === 'wins' ? '(this one is used)' : source.reach === 'shadowed' ? '(hidden)' : '',
      ]
        .filter((part) => part !== '')
        .join('  '),
    ),
  ];
};
