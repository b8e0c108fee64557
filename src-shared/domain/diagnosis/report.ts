import type { DoctorCauseView, DoctorView } from '../../contract/views.ts';
import { parseCidr } from '../addresses/cidr.ts';

/**
 * A diagnosis to hand on, to a colleague or the platform's support. SECURITY: it is made of a view, which has no place
 * for a value; addresses are left out unless they are asked for (test/unit/domain/doctor-report.test.ts).
 */
export interface ReportOptions {
  readonly withAddresses: boolean;
  /** What it was made on, such as `linux x64, Node 24.1.0`; empty where nobody can tell. */
  readonly machine: string;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

const causeLines = ({ code, message, fix, confidence }: DoctorCauseView): string[] => [
  `- **${code}** (${confidence}): ${message}`,
  `  \`${fix}\``,
];

export function reportMarkdown(view: DoctorView, { withAddresses, machine }: ReportOptions): string {
  const { cause, others, checks, sources, keys } = view;
  const lines = [
    `# Keymolt doctor: ${view.key ?? 'all keys'}: ${view.verdict}`,
    '',
    `- at ${view.at}, in ${view.duration_ms} ms`,
    `- Keymolt ${view.version}${machine === '' ? '' : `, ${machine}`}`,
    ...(view.platform === null
      ? []
      : [`- platform ${view.platform}${view.base_url === null ? '' : `, ${view.base_url}`}`]),
    ...(view.fingerprint === null
      ? []
      : [`- fingerprint of the key (of one vault, says nothing outside it): ${view.fingerprint}`]),
    ...(cause === null ? [] : ['', '## Cause', '', ...causeLines(cause)]),
    ...(others.length === 0 ? [] : ['', '## Also found', '', ...others.flatMap(causeLines)]),
    '',
    '| check | status | evidence | code |',
    '| --- | --- | --- | --- |',
    ...checks.map(
      ({ id, status, evidence, code }) => `| ${cell(id)} | ${status} | ${cell(evidence)} | ${code ?? ''} |`,
    ),
    ...(sources.length === 0
      ? []
      : [
          '',
          '| source | variable | state | fingerprint | is | part |',
          '| --- | --- | --- | --- | --- | --- |',
          ...sources.map(
            ({ where, line, variable, state, fingerprint, match, key, reach }) =>
              `| ${cell(where)}${line === null ? '' : `:${line}`} | ${variable} | ${state} | ${fingerprint ?? ''} | ${match ?? ''}${key === null ? '' : ` (${cell(key)})`} | ${reach} |`,
          ),
        ]),
    ...(keys.length === 0
      ? []
      : [
          '',
          '| key | verdict | cause |',
          '| --- | --- | --- |',
          ...keys.map(
            ({ key, verdict, cause: found }) => `| ${cell(key)} | ${verdict} | ${found?.code ?? ''} |`,
          ),
        ]),
    '',
  ];
  return clean(lines.join('\n'), withAddresses);
}

/** The whole view, for programs. */
export const reportJson = (view: DoctorView, { withAddresses, machine }: ReportOptions): string =>
  clean(`${JSON.stringify({ ...view, machine: machine === '' ? null : machine }, null, 2)}\n`, withAddresses);

const IPV4 = /(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9.]\d)/g;
const IPV6 =
  /(?<![0-9A-Za-z:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?:%[0-9a-z]+)?(?![0-9A-Za-z:])/gi;

const clean = (text: string, withAddresses: boolean): string =>
  withAddresses
    ? text
    : text
        .replace(IPV6, (found) => (parseCidr(found.replace(/%.*$/, '')).ok ? '[address]' : found))
        .replace(IPV4, '[address]');
