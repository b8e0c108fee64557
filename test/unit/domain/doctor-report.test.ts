import { expect, it } from 'vitest';
import { reportJson, reportMarkdown } from '../../../src-shared/domain/diagnosis/report.ts';
import { fakeDiagnosis, fakeKey } from '../../support/fake-core/data.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const failing = fakeKey(
  { name: 'agent', last_check: { at: '2026-02-01T00:00:00Z', outcome: 'KEY_REJECTED' } },
  NOW,
);
const OPTIONS = { withAddresses: false, machine: 'linux x64, Node 24.0.0' };

it('the report says what was found, with the command, and breaks no table', () => {
  const view = fakeDiagnosis('dev/agent', null, [failing], NOW);
  const first = view.checks[0];
  const report = reportMarkdown(
    { ...view, checks: [...view.checks, { ...first!, id: 'odd', evidence: 'a | b\nc' }] },
    OPTIONS,
  );
  expect(report).toContain('# Keymolt doctor: dev/agent: broken');
  expect(report).toContain('- **auth.revoked** (');
  expect(report).toContain('| odd | pass | a \\| b c |');
  expect(report).toContain('2026-03-01T12:00:00.000Z');
  expect(report).toContain('linux x64, Node 24.0.0');
});

it('of many keys it has a line each', () => {
  const report = reportMarkdown(
    fakeDiagnosis(null, null, [failing, fakeKey({ name: 'other' }, NOW)], NOW),
    OPTIONS,
  );
  expect(report).toContain('| dev/agent | broken | auth.revoked |');
  expect(report).toContain('| dev/other | healthy |  |');
});

it.each([
  ['from 203.0.113.9.', 'from [address].'],
  ['http://127.0.0.1:8080/v1', 'http://[address]:8080/v1'],
  ['a.test: 2001:db8::1, ::1 in 3 ms', 'a.test: [address], [address] in 3 ms'],
  ['[2001:db8:0:1:2:3:4:5]:443', '[[address]]:443'],
  ['fe80::1%eth0 and ::ffff:10.0.0.1', '[address] and [address]'],
  ['ended 10:22:33, at 2026-03-01T12:00:00Z, version 1.2.3', undefined],
])('addresses are left out of both reports: %s', (evidence, expected) => {
  const view = fakeDiagnosis('dev/agent', null, [failing], NOW);
  const odd = { ...view, checks: [{ ...view.checks[0]!, evidence }] };
  expect(reportMarkdown(odd, OPTIONS)).toContain(`| ${expected ?? evidence} |`);
  const { checks } = JSON.parse(reportJson(odd, OPTIONS)) as { checks: { evidence: string }[] };
  expect(checks[0]?.evidence).toBe(expected ?? evidence);
  expect(reportMarkdown(odd, { ...OPTIONS, withAddresses: true })).toContain(`| ${evidence} |`);
});
