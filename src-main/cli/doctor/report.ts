import type { DoctorView } from '../../../src-shared/contract/views.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const ADDRESSES =
  /(?<![0-9A-Za-z.:])(?:\d{1,3}\.){3}\d{1,3}(?![0-9.])|(?<![0-9A-Za-z:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![0-9A-Za-z:])/gi;

/**
 * A report to hand on: what was seen, and nothing that is secret. The view it is made of has no place for a value.
 * @param withAddresses keep IP addresses; else they are left out
 */
export function reportText(view: DoctorView, withAddresses: boolean): string {
  const { cause } = view;
  const lines = [
    `# Keymolt doctor: ${view.key ?? 'all keys'}`,
    '',
    `- verdict: **${view.verdict}**`,
    ...(cause === null
      ? []
      : [`- cause: \`${cause.code}\` (${cause.confidence}): ${cause.message}`, `- fix: \`${cause.fix}\``]),
    `- platform: ${view.platform ?? 'several'}${view.base_url === null ? '' : `, ${view.base_url}`}`,
    ...(view.fingerprint === null
      ? []
      : [`- fingerprint of the key (of one vault, says nothing outside it): ${view.fingerprint}`]),
    `- at: ${view.at}, in ${view.duration_ms} ms`,
    `- keymolt ${view.version}, ${process.platform} ${process.arch}, Node ${process.versions.node}`,
    '',
    '| check | status | evidence | code |',
    '| --- | --- | --- | --- |',
    ...view.checks.map(
      ({ id, status, evidence, code }) => `| ${cell(id)} | ${status} | ${cell(evidence)} | ${code ?? ''} |`,
    ),
  ];
  if (view.sources.length > 0) {
    lines.push(
      '',
      '| source | variable | state | fingerprint | is | part |',
      '| --- | --- | --- | --- | --- | --- |',
    );
    for (const { where, line, variable, state, fingerprint, match, key, reach } of view.sources)
      lines.push(
        `| ${cell(where)}${line === null ? '' : `:${line}`} | ${variable} | ${state} | ${fingerprint ?? ''} | ${match ?? ''}${key === null ? '' : ` (${cell(key)})`} | ${reach} |`,
      );
  }
  if (view.others.length > 0) {
    lines.push('', 'Also found:', '');
    for (const { code, message, fix } of view.others) lines.push(`- \`${code}\`: ${message} \`${fix}\``);
  }
  const text = `${lines.join('\n')}\n`;
  return withAddresses ? text : text.replace(ADDRESSES, '[address]');
}
