import { success } from '../../../src-shared/contract/outcome.ts';
import type { FakeCore, Handlers } from './core.ts';

/** The window itself, and what its host can be set to. */
export const desktopHandlers = (core: FakeCore): Handlers => ({
  'desktop.settings': () => success(core.desktop),
  'desktop.set': (change) => {
    const { start_at_login: atLogin, notifications, stay_in_tray: inTray } = change;
    core.desktop = {
      ...core.desktop,
      ...(atLogin === undefined ? {} : { start_at_login: atLogin }),
      ...(notifications === undefined ? {} : { notifications }),
      ...(inTray === undefined ? {} : { stay_in_tray: inTray }),
    };
    return success(core.desktop);
  },
  'desktop.place': () => {
    const { place } = core;
    core.place = null;
    return success({ schema: 1, place });
  },
});
