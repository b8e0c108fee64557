import type { DoctorCauseView, DoctorView } from '../../../src-shared/contract/views.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

const causeLines = ({ code, message, fix }: DoctorCauseView): string[] => [
  `- **${code}**: ${message}`,
  `  \`${fix}\``,
];

/** What was found, as Markdown for a colleague or for the platform's support. A view has no value, so this has none. */
export const reportOf = (view: DoctorView): string =>
  [
    `# ${view.key ?? 'All keys'}: ${view.verdict}`,
    '',
    `${view.at}, Keymolt ${view.version}, ${String(view.duration_ms)} ms`,
    ...(view.platform === null
      ? []
      : [`Platform ${view.platform}${view.base_url === null ? '' : `, ${view.base_url}`}`]),
    ...(view.fingerprint === null ? [] : [`Fingerprint ${view.fingerprint}`]),
    ...(view.cause === null ? [] : ['', '## Cause', '', ...causeLines(view.cause)]),
    ...(view.others.length === 0 ? [] : ['', '## Also found', '', ...view.others.flatMap(causeLines)]),
    '',
    '| check | status | evidence |',
    '|---|---|---|',
    ...view.checks.map(({ id, status, evidence }) => `| ${id} | ${status} | ${cell(evidence)} |`),
    ...(view.keys.length === 0
      ? []
      : [
          '',
          '| key | verdict | cause |',
          '|---|---|---|',
          ...view.keys.map(({ key, verdict, cause }) => `| ${key} | ${verdict} | ${cause?.code ?? ''} |`),
        ]),
    '',
  ].join('\n');
