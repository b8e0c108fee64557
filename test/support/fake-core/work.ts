import { success } from '../../../src-shared/contract/outcome.ts';
import { done, fail, type FakeCore, type Handlers, unknownKey } from './core.ts';
import { fakeAudit, fakeDiagnosis, fakeRotation } from './data.ts';

/** Rotations, diagnoses, and the log of it all. */
export const workHandlers = (core: FakeCore): Handlers => ({
  'doctor.run': ({ key, env, operation_id: operationId }) => {
    const view = fakeDiagnosis(key ?? null, env ?? null, core.keys, core.now);
    for (const check of view.checks) {
      if (operationId !== undefined)
        core.emit('doctorProgress', { operation_id: operationId, key: key ?? null, check });
    }
    return success(view);
  },
  'rotations.list': () =>
    success({ schema: 1, rotation: core.rotations[0] ?? null, rotations: core.rotations }),
  'rotations.start': ({ key: name, env, value }) => {
    const key =
      core.find(name) ??
      core.keys.find((candidate) => candidate.name === name && candidate.env === (env ?? 'dev'));
    if (key === undefined) return unknownKey(name);
    if (key.platform === 'den-agent' && value === undefined)
      return fail('INPUT_REQUIRED', 'The new value is missing.', 'Paste what the platform showed.');
    // The rehearsal waits until it is over.
    if (key.platform === 'sandbox-hosting') {
      const endedAt = new Date().toISOString();
      core.replace(key, { rotated_at: endedAt });
      return core.rotate(fakeRotation({ key: key.name, state: 'done', ended_at: endedAt }, core.now));
    }
    return core.rotate(fakeRotation({ key: key.name, env: key.env, state: 'created' }, core.now));
  },
  'rotations.resume': ({ key }) =>
    core.rotate({ ...core.openRotation(key), state: 'done', ended_at: new Date().toISOString() }),
  'rotations.abort': ({ key }) =>
    core.rotate({
      ...core.openRotation(key),
      state: 'rolled_back',
      direction: 'back',
      ended_at: new Date().toISOString(),
    }),
  'audit.list': ({ limit = 200, before_seq = Number.MAX_SAFE_INTEGER }) =>
    success({
      schema: 1,
      entries: fakeAudit(core.scenario.auditEntries ?? 0, core.now)
        .filter(({ seq }) => seq < before_seq)
        .slice(0, limit),
    }),
  'audit.verify': () =>
    success({ schema: 1, intact: true, entries: core.scenario.auditEntries ?? 0, findings: [] }),
  'audit.accept': () => {
    core.change({ tampered: false, tamper_findings: [] });
    return done;
  },
});
