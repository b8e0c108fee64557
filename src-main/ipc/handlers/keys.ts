import type { Handlers } from '../handler.ts';
import { addKey, editKey } from '../../services/keys/creation/add-key.ts';
import { copyKey } from '../../services/keys/copy-key.ts';
import { createKeys } from '../../services/keys/creation/create-batch.ts';
import { addEnvironment, listEnvironments, setEnvironment } from '../../services/keys/environments.ts';
import { listKeys, showKey, testKey } from '../../services/keys/read-keys.ts';
import { forgetKey } from '../../services/keys/revocation/forget-key.ts';
import { revokeAllKeys, revokeKey, revokeManyKeys } from '../../services/keys/revocation/revoke-key.ts';
import { syncKeys } from '../../services/keys/sync/sync-keys.ts';

export const keyHandlers = {
  'environments.list': (core) => listEnvironments(core),
  'environments.add': (core, call, request) => addEnvironment(core, call, request),
  'environments.set': (core, call, { passphrase, ...request }) =>
    setEnvironment(core, call, request, passphrase),
  'keys.list': (core, _call, request) => listKeys(core, request),
  'keys.show': (core, _call, request) => showKey(core, request),
  'keys.add': (core, call, { value, ...request }) => addKey(core, call, request, value),
  'keys.create': (core, call, request) => createKeys(core, call, request),
  'keys.edit': (core, call, { value, ...request }) => editKey(core, call, request, value),
  'keys.copy': (core, call, request) => copyKey(core, call, request),
  'keys.test': (core, call, request) => testKey(core, call, request),
  'keys.revoke': (core, call, request) => revokeKey(core, call, request),
  'keys.revokeAll': (core, call, request) => revokeAllKeys(core, call, request),
  'keys.revokeMany': (core, call, request) => revokeManyKeys(core, call, request),
  'keys.forget': (core, call, request) => forgetKey(core, call, request),
  'sync.run': (core, call, request) => syncKeys(core, call, request),
} satisfies Partial<Handlers>;
