import { listProfiles, removeProfile, saveProfile, startProfile } from '../../services/launches/profiles.ts';
import {
  dismissRun,
  launchRun,
  listRuns,
  resizeRun,
  restartRun,
  runDrawn,
  runOutput,
  stopRun,
  typeIntoRun,
} from '../../services/launches/window-commands.ts';
import type { Handlers } from '../handler.ts';

export const launchHandlers = {
  'runs.list': (core) => listRuns(core),
  'runs.launch': (core, call, request) => launchRun(core, call, request),
  'runs.restart': (core, call, request) => restartRun(core, call, request),
  'runs.stop': (core, _call, request) => stopRun(core, request),
  'runs.output': (core, _call, request) => runOutput(core, request),
  'runs.drawn': (core, _call, request) => runDrawn(core, request),
  'runs.type': (core, _call, request) => typeIntoRun(core, request),
  'runs.resize': (core, _call, request) => resizeRun(core, request),
  'runs.dismiss': (core, _call, request) => dismissRun(core, request),
  'profiles.list': (core) => listProfiles(core),
  'profiles.save': (core, call, request) => saveProfile(core, call, request),
  'profiles.remove': (core, call, request) => removeProfile(core, call, request),
  'profiles.start': (core, call, request) => startProfile(core, call, request),
} satisfies Partial<Handlers>;
