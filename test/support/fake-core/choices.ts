import { success } from '../../../src-shared/contract/outcome.ts';
import { envTextProblem } from '../../../src-shared/domain/env-file/env-text.ts';
import { fail, type FakeCore, type Handlers, unknownKey } from './core.ts';
import { fakeKey } from './data.ts';
import { fakeImport, fakeTimeline } from './key-history.ts';

/** What a person changes about keys and about how they are shown, imports, and saves. */
export const choiceHandlers = (core: FakeCore): Handlers => ({
  'keys.edit': ({ key: ref, metadata = {}, key_id }) => {
    const key = core.find(ref);
    if (key === undefined) return unknownKey(ref);
    const { owner, project, purpose, scopes, cidrs, expires_at, rotate_every_days, var: variable } = metadata;
    return core.replace(key, {
      ...(key_id === undefined ? {} : { key_id }),
      ...(owner === undefined ? {} : { owner }),
      ...(project === undefined ? {} : { project }),
      ...(purpose === undefined ? {} : { purpose }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(cidrs === undefined ? {} : { cidrs }),
      ...(expires_at === undefined ? {} : { expires_at }),
      ...(typeof rotate_every_days === 'number' ? { rotate_every_days } : {}),
      ...(variable === undefined ? {} : { var: variable }),
    });
  },
  'keys.timeline': ({ key: ref }) => {
    const key = core.find(ref);
    return key === undefined
      ? unknownKey(ref)
      : success({ schema: 1, events: fakeTimeline(key, core.now), is_whole: true });
  },
  'imports.preview': ({ file, env }) => {
    const problem = envTextProblem(file);
    if (problem !== null)
      return fail('BAD_FILE', `The file ${problem}.`, 'Choose a file of NAME=value lines.');
    return success({
      schema: 1,
      import_id: 'import-1',
      env: env ?? 'dev',
      items: fakeImport(new TextDecoder().decode(file)),
    });
  },
  'imports.take': ({ items }) => {
    const added = items.map(({ at, name, platform }) => {
      core.add(fakeKey({ name, platform, last_used_at: null }, core.now));
      return { at, key: `dev/${name}` };
    });
    return success({ schema: 1, added, failed: [] });
  },
  'preferences.get': () => success(core.preferences),
  'preferences.set': ({ key_table, due_feed }) => {
    core.preferences = {
      ...core.preferences,
      ...(key_table === undefined ? {} : { key_table }),
      ...(due_feed === undefined
        ? {}
        : {
            due_feed:
              due_feed === null ? null : { ...due_feed, written_at: new Date().toISOString(), problem: null },
          }),
    };
    return success(core.preferences);
  },
  'reports.save': ({ as }) => success({ schema: 1, path: `/home/me/Downloads/keymolt-report.${as}` }),
});
