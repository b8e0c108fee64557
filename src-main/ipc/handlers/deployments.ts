import {
  addDeployment,
  listDeployments,
  removeDeployment,
  testDeployments,
} from '../../services/deployment/manage-deployments.ts';
import type { Handlers } from '../handler.ts';

export const deploymentHandlers = {
  'deployments.add': (core, call, { passphrase, ...request }) =>
    addDeployment(core, call, request, passphrase),
  'deployments.list': (core, _call, request) => listDeployments(core, request),
  'deployments.remove': (core, call, request) => removeDeployment(core, call, request),
  'deployments.test': (core, call, request) => testDeployments(core, call, request),
} satisfies Partial<Handlers>;
