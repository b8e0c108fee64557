import type { Command } from '../context.ts';
import { help, version } from './about.ts';
import { auditExport } from './audit/audit-export.ts';
import { sessionList, sessionSignIn, sessionSignOut } from './vault/sessions.ts';
import { agentStart, agentStop } from './vault/agent.ts';
import { completion } from './completion.ts';
import { keyCopy } from './keys/copy.ts';
import { doctor } from './doctor.ts';
import { deployAdd, deployList, deployRemove, deployTest } from './keys/deployments.ts';
import { envAdd, envList, envSet } from './vault/environments.ts';
import { inject } from './references/inject.ts';
import { importEnvFile, keyAdd, keyCreate, keyEdit, keyShow, keyTest } from './keys/keys.ts';
import { auditAccept, auditList, auditVerify } from './audit/audit.ts';
import { limits } from './keys/limits.ts';
import { keyForget, keyRevoke } from './keys/revoke.ts';
import { sync } from './keys/sync.ts';
import { platformCheck, platformImport, platformList, platformSet, platformShow } from './vault/platforms.ts';
import { read } from './references/read.ts';
import { resolve } from './references/resolve.ts';
import { rotatePlan } from './keys/rotate-plan.ts';
import { rotateAbort, rotateResume, rotateStart, rotateStatus } from './keys/rotate.ts';
import { sandboxStart, sandboxStop } from './vault/sandbox.ts';
import { backup, init, keychain, lock, passwd, recoveryCode, restore, unlock } from './vault/vault.ts';

/** The commands that are loaded when they are called; `status`, `key list` and `run` come with main.ts. */
export const commands: Readonly<Record<string, Command>> = {
  init,
  unlock,
  lock,
  'agent start': agentStart,
  'agent stop': agentStop,
  passwd,
  'recovery-code': recoveryCode,
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
