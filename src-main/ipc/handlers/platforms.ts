import type { Handlers } from '../handler.ts';
import { cleanValue, inspectValue, runDoctor } from '../../services/doctor/run-doctor.ts';
import { listLimits } from '../../services/platforms/limits.ts';
import { checkPlatform } from '../../services/platforms/platform-check.ts';
import { chooseDefinition, importChosen, importPlatform } from '../../services/platforms/import-platform.ts';
import { listPlatforms, setPlatform, showPlatform } from '../../services/platforms/platforms.ts';
import { startSandbox, stopSandbox, trySandbox } from '../../services/platforms/sandbox.ts';

export const platformHandlers = {
  'platforms.list': (core) => listPlatforms(core),
  'platforms.show': (core, _call, request) => showPlatform(core, request),
  'platforms.set': (core, call, { passphrase, ...request }) => setPlatform(core, call, request, passphrase),
  'platforms.importDefinition': (core, call, request) => importPlatform(core, call, request),
  'platforms.chooseDefinition': (core) => chooseDefinition(core),
  'platforms.importChosen': (core, call, { passphrase, ...request }) =>
    importChosen(core, call, request, passphrase),
  'platforms.check': (core, call, request) => checkPlatform(core, call, request),
  'limits.list': (core, _call, request) => listLimits(core, request),
  'doctor.run': (core, call, { value, ...request }) => runDoctor(core, call, request, value),
  'doctor.inspectValue': (core, _call, { value, ...request }) => inspectValue(core, request, value),
  'doctor.cleanValue': (core, call, request) => cleanValue(core, call, request),
  'sandbox.start': (core, _call, request) => startSandbox(core, request),
  'sandbox.stop': (core) => stopSandbox(core),
  'sandbox.tryIt': (core, call) => trySandbox(core, call),
} satisfies Partial<Handlers>;
