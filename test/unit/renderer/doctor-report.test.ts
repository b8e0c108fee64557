import { expect, it } from 'vitest';
import { reportOf } from '../../../src-renderer/features/doctor/report.ts';
import { fakeDiagnosis, fakeKey } from '../../support/fake-core/data.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const failing = fakeKey(
  { name: 'agent', last_check: { at: '2026-02-01T00:00:00Z', outcome: 'KEY_REJECTED' } },
  NOW,
);

it('the report says what was found, with the command, and breaks no table', () => {
  const view = fakeDiagnosis('dev/agent', null, [failing], NOW);
  const first = view.checks[0];
  const report = reportOf({
    ...view,
    checks: [...view.checks, { ...first!, id: 'odd', evidence: 'a | b\nc' }],
  });
  expect(report).toContain('# dev/agent: broken');
  expect(report).toContain('- **auth.revoked**: The platform refuses this key');
  expect(report).toContain('| odd | pass | a \\| b c |');
  expect(report).toContain('2026-03-01T12:00:00.000Z');
});

it('of many keys it has a line each', () => {
  const report = reportOf(fakeDiagnosis(null, null, [failing, fakeKey({ name: 'other' }, NOW)], NOW));
  expect(report).toContain('| dev/agent | broken | auth.revoked |');
  expect(report).toContain('| dev/other | healthy |  |');
});
