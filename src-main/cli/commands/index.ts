import type { Command } from '../context.ts';
import { help, version } from './about.ts';
import { auditExport } from './audit-export.ts';
import { sessionList, sessionSignIn, sessionSignOut } from './sessions.ts';
import { agentStart, agentStop } from './agent.ts';
import { completion } from './completion.ts';
import { keyCopy } from './copy.ts';
import { doctor } from './doctor.ts';
import { deployAdd, deployList, deployRemove, deployTest } from './deployments.ts';
import { envAdd, envList, envSet } from './environments.ts';
import { inject } from './inject.ts';
import { importEnvFile, keyAdd, keyCreate, keyEdit, keyForget, keyRevoke, keyShow, keyTest } from './keys.ts';
import { auditAccept, auditList, auditVerify, limits, sync } from './observe.ts';
import { platformCheck, platformImport, platformList, platformSet, platformShow } from './platforms.ts';
import { read } from './read.ts';
import { resolve } from './resolve.ts';
import { rotatePlan } from './rotate-plan.ts';
import { rotateAbort, rotateResume, rotateStart, rotateStatus } from './rotate.ts';
import { sandboxStart, sandboxStop } from './sandbox.ts';
import { backup, init, keychain, lock, passwd, restore, unlock } from './vault.ts';

/** The commands that are loaded when they are called; `status`, `key list` and `run` come with main.ts. */
export const commands: Readonly<Record<string, Command>> = {
  init,
  unlock,
  lock,
  'agent start': agentStart,
  'agent stop': agentStop,
  passwd,
  keychain,
  'env list': envList,
  'env add': envAdd,
  'env set': envSet,
  'platform list': platformList,
  'platform show': platformShow,
  'platform set': platformSet,
  'platform import': platformImport,
  'platform check': platformCheck,
  'key add': keyAdd,
  'key create': keyCreate,
  'key show': keyShow,
  'key edit': keyEdit,
  'key copy': keyCopy,
  'key test': keyTest,
  'key revoke': keyRevoke,
  'key forget': keyForget,
  'deploy add': deployAdd,
  'deploy list': deployList,
  'deploy remove': deployRemove,
  'deploy test': deployTest,
  read,
  inject,
  resolve,
  'session list': sessionList,
  'session sign-in': sessionSignIn,
  'session sign-out': sessionSignOut,
  sync,
  limits,
  doctor,
  import: importEnvFile,
  'rotate plan': rotatePlan,
  'rotate start': rotateStart,
  'rotate status': rotateStatus,
  'rotate resume': rotateResume,
  'rotate abort': rotateAbort,
  'sandbox start': sandboxStart,
  'sandbox stop': sandboxStop,
  'audit list': auditList,
  'audit verify': auditVerify,
  'audit export': auditExport,
  'audit accept': auditAccept,
  backup,
  restore,
  completion,
  version,
  help,
};
