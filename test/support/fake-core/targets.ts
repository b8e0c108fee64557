import { success } from '../../../src-shared/contract/outcome.ts';
import type { DeploymentView } from '../../../src-shared/contract/views.ts';
import { fail, type FakeCore, type Handlers, unknownKey } from './core.ts';

/** Where keys are used. A path with `read-only` in it takes no value, one with `other` holds another one. */
export const targetsHandlers = (core: FakeCore): Handlers => ({
  'deployments.list': ({ key }) =>
    success({ schema: 1, targets: core.targets.filter((one) => key === undefined || one.key === key) }),
  'deployments.add': ({ key: ref, place }) => {
    const key = core.find(ref);
    if (key === undefined) return unknownKey(ref);
    const path = 'path' in place ? place.path : null;
    if (path !== null && core.targets.some((one) => one.path === path))
      return fail('TARGET_EXISTS', `${path} is a target of ${ref} already.`, 'Look at the list.');
    if (path?.includes('missing') === true)
      return fail('FILE_NOT_FOUND', `The file ${path} is not there.`, 'Give the path of one that is.');
    const target: DeploymentView = {
      id: `target${String(core.targets.length + 1).padStart(2, '0')}`,
      key: ref,
      kind: place.kind,
      label: path ?? ('argv' in place ? `command ${place.argv[0] ?? ''}` : 'running commands'),
      path,
      variable: 'variable' in place ? (place.variable ?? key.var) : null,
      command: 'argv' in place ? place.argv : null,
      cwd: 'cwd' in place ? place.cwd : null,
      give: 'give' in place ? place.give : null,
      timeout_s: 'argv' in place ? 60 : null,
      created_at: new Date(core.now).toISOString(),
    };
    core.targets = [...core.targets, target];
    core.emit('dataChanged', { what: 'keys' });
    const warnings =
      path?.includes('other') === true
        ? [`${key.var} there is not the value of ${ref}; the next rotation replaces it.`]
        : [];
    return success({ schema: 1, target, warnings });
  },
  'deployments.remove': ({ target }) => {
    const removed = core.targets.filter(({ id }) => id === target);
    core.targets = core.targets.filter(({ id }) => id !== target);
    core.emit('dataChanged', { what: 'keys' });
    return success({ schema: 1, targets: removed });
  },
  'deployments.test': ({ key }) =>
    success({
      schema: 1,
      targets: core.targets
        .filter((one) => one.key === key)
        .map((one) => ({
          ...one,
          detail: 'would write [molt:value]',
          problem: (one.path ?? '').includes('read-only') ? 'The file is read-only.' : null,
          holds: one.path === null ? ('unknown' as const) : ('this_key' as const),
        })),
    }),
});
