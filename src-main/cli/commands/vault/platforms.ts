import path from 'node:path';
import type { PlatformCheckView, PlatformView } from '../../../../src-shared/contract/views.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { usage } from '../../arguments/arguments.ts';
import type { Command, CommandContext } from '../../context.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';
import { readInput } from '../../prompts/secret-input.ts';
import { renderFacts, renderTable } from '../../output/table.ts';
import type { Colour } from '../../prompts/terminal.ts';

export const platformList: Command = async (context) => {
  const answer = await context.call('platforms.list', {});
  context.answer(answer, () =>
    renderTable<PlatformView>(
      [
        { title: 'ID', cell: ({ id }) => id },
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'ADDRESS', cell: addressText },
        { title: 'ROTATION', cell: ({ rotation }) => rotation },
        { title: 'CAN', cell: ({ can }) => capabilities(can) },
        { title: 'TIER', cell: ({ tier }) => tier ?? '' },
      ],
      answer.result().platforms,
      (text) => context.paint('dim', text),
    ),
  );
  return 0;
};

/** The sandbox has an address once it runs; of another platform without one, nobody but the person knows it. */
const addressText = ({ id, builtin, base_url: baseUrl }: PlatformView): string =>
  baseUrl ??
  (builtin && id.startsWith('sandbox-')
    ? 'not running: sandbox start'
    : 'not documented: platform set --base-url');

export const platformShow: Command = async (context) => {
  const answer = await context.call('platforms.show', { id: context.argument(0) });
  context.answer(answer, () => platformFacts(answer.result().platform));
  return 0;
};

export const platformSet: Command = async (context) => {
  const { flags } = context;
  const texts = (
    [
      ['base_url', 'base-url'],
      ['tier', 'tier'],
      ['firebase_sign_in_url', 'firebase-sign-in-url'],
      ['firebase_token_url', 'firebase-token-url'],
      ['egress_echo_url', 'egress-echo-url'],
    ] as const
  ).flatMap(([field, flag]) => {
    const value = flags.text(flag);
    return value === undefined ? [] : [[field, value === '' ? null : value] as const];
  });
  const caFile = flags.text('ca-file');
  if (caFile !== undefined && caFile !== '') checkCertificates(caFile);
  if (texts.length === 0 && caFile === undefined) throw usage('nothing to set: --base-url, --tier, …');
  const change = {
    id: context.argument(0),
    ...(context.env === undefined ? {} : { env: context.env }),
    ...Object.fromEntries(texts),
    ...(caFile === undefined ? {} : { ca_file: caFile === '' ? null : path.resolve(caFile) }),
    // Only both together: `--yes` alone on a terminal is quickly typed, and the passphrase is asked there.
    ...(context.noInput && flags.has('yes') ? { confirmed: true } : {}),
  };
  const answer = await withApproval(context, (approval) =>
    context.call('platforms.set', { ...change, ...approval }),
  );
  context.answer(answer, () => platformFacts(answer.result().platform));
  return 0;
};

const MAX_CERTIFICATES_BYTES = 1_048_576;

/** Said now, and not by the first call that fails. @throws {AppError} FILE_NOT_FOUND, BAD_FILE */
const checkCertificates = (file: string): void => {
  if (readInput(file, MAX_CERTIFICATES_BYTES, `file ${file}`).includes('-----BEGIN CERTIFICATE-----')) return;
  throw new AppError('BAD_FILE', `${file} has no certificate in it`, 'give a file in PEM form');
};

/** The contract takes no more, and a definition is a small file. */
const MAX_DEFINITION_BYTES = 60_000;

export const platformImport: Command = async (context) => {
  const file = context.argument(0);
  const definition = readInput(file, MAX_DEFINITION_BYTES, `definition ${file}`).toString('utf8');
  const answer = await context.call('platforms.importDefinition', { definition });
  context.answer(answer, () => platformFacts(answer.result().platform));
  return 0;
};

export const platformCheck: Command = async (context) => {
  const answer = await context.call('platforms.check', {
    id: context.argument(0),
    ...(context.env === undefined ? {} : { env: context.env }),
  });
  const { assumptions } = answer.result();
  context.answer(answer, () => assumptionTable(assumptions, context));
  return assumptions.some(({ verdict }) => verdict === 'contradicted') ? 1 : 0;
};

const VERDICTS: Readonly<
  Record<PlatformCheckView['assumptions'][number]['verdict'], readonly [string, Colour]>
> = {
  confirmed: ['confirmed', 'green'],
  contradicted: ['contradicted', 'red'],
  not_documented: ['not documented', 'yellow'],
  not_checked: ['not checked', 'dim'],
};

const assumptionTable = (assumptions: PlatformCheckView['assumptions'], { paint }: CommandContext): string =>
  renderTable<PlatformCheckView['assumptions'][number]>(
    [
      {
        title: 'VERDICT',
        cell: ({ verdict }) => {
          const [text, colour] = VERDICTS[verdict];
          return { text, paint: (padded) => paint(colour, padded) };
        },
      },
      { title: 'ASSUMPTION', cell: ({ assumption }) => assumption },
      { title: 'EVIDENCE', cell: ({ evidence }) => evidence },
    ],
    assumptions,
    (text) => paint('dim', text),
  );

const capabilities = (can: PlatformView['can']): string =>
  Object.entries(can)
    .filter(([, isAble]) => isAble)
    .map(([name]) => name.replaceAll('_', ' '))
    .join(', ');

const platformFacts = (platform: PlatformView): string =>
  renderFacts([
    ['id', platform.id],
    ['name', platform.name],
    ['address', addressText(platform)],
    [
      'documented address',
      platform.documented_base_url === platform.base_url ? null : (platform.documented_base_url ?? 'none'),
    ],
    ...platform.per_environment.map(({ env, base_url }) => [`address in ${env}`, base_url] as const),
    ['rotation', platform.rotation],
    ['can', capabilities(platform.can)],
    [
      'tier',
      platform.tier ?? (platform.tiers.length === 0 ? null : `not set; one of ${platform.tiers.join(', ')}`),
    ],
    ['not documented', platform.undocumented.join(', ')],
    ...Object.entries(platform.settings).map(([name, value]) => [name.replaceAll('_', ' '), value] as const),
    ['origin', platform.builtin ? 'built in' : 'imported'],
  ]);
