import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import { success } from '../../../src-shared/contract/outcome.ts';
import { done, type FakeCore, type Handlers, unknownKey } from './core.ts';
import { fakeAudit, fakeDiagnosis, fakeRotation } from './data.ts';

/** A diagnosis that takes its time has told of the first rungs by then. */
export const beginDoctor = (
  core: FakeCore,
  { key, env, operation_id: operationId }: RequestOf<'doctor.run'>,
): void => {
  if (operationId === undefined) return;
  for (const check of fakeDiagnosis(key ?? null, env ?? null, core.keys, core.now).checks.slice(0, 2))
    core.emit('doctorProgress', { operation_id: operationId, key: key ?? null, check });
};

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
  'rotations.plan': ({ env = 'dev' }) =>
    success({
      schema: 1,
      runs: [
        core.scenario.plan ?? {
          env,
          auto_rotate_at: null,
          auto_rotate_unlocks: false,
          next_run_at: null,
          keys: core.keys
            .filter((key) => key.env === env)
            .map((key) => ({
              key: `${env}/${key.name}`,
              due_at: key.due_at,
              rotates: false,
              why: 'has no deployment target',
              waits_for_unlock: true,
            })),
        },
      ],
    }),
  'rotations.list': () =>
    success({ schema: 1, rotation: core.rotations[0] ?? null, rotations: core.rotations }),
  'rotations.start': ({ key: name, env, value }) => {
    const key =
      core.find(name) ??
      core.keys.find((candidate) => candidate.name === name && candidate.env === (env ?? 'dev'));
    if (key === undefined) return unknownKey(name);
    if (key.platform === 'den-agent' && value === undefined) {
      const cause = {
        code: 'INPUT_REQUIRED',
        message: 'den-agent has no way to make a new key for you: regenerate it on its own page.',
        hint: `Then \`keymolt rotate resume ${key.env}/${key.name} --value-file F\`.`,
      };
      return core.rotate(
        fakeRotation(
          { key: key.name, env: key.env, strategy: 'cutover', state: 'planned', steps: [], cause, new: null },
          core.now,
        ),
      );
    }
    // The rehearsal waits until it is over.
    if (key.platform === 'sandbox-hosting') {
      const endedAt = new Date().toISOString();
      core.replace(key, { rotated_at: endedAt });
      return core.rotate(fakeRotation({ key: key.name, state: 'done', ended_at: endedAt }, core.now));
    }
    return core.rotate(fakeRotation({ key: key.name, env: key.env, state: 'created' }, core.now));
  },
  'rotations.resume': ({ key, value, no_deploy_check: skips = false }) => {
    const open = core.openRotation(key);
    const waitsForValue = open.strategy === 'cutover' && open.state === 'planned';
    const waitsForUser = open.state === 'stored' && open.cause?.code === 'ROTATION_UNFINISHED';
    // What it waits for is not there yet.
    if ((waitsForValue && value === undefined) || (waitsForUser && !skips)) return core.rotate(open);
    return core.rotate({ ...open, state: 'done', cause: null, ended_at: new Date().toISOString() });
  },
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
  'audit.save': () =>
    success({
      schema: 1,
      saved: {
        path: '/home/me/Downloads/keymolt-audit-2026-03-12.jsonl',
        entries: core.scenario.auditEntries ?? 0,
        intact: !core.status.tampered,
        findings: core.status.tamper_findings,
      },
    }),
  'audit.accept': () => {
    core.change({ tampered: false, tamper_findings: [] });
    return done;
  },
});
