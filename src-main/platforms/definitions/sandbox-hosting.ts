import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { denHosting } from './den-hosting.ts';

/** The built-in local platform in the shape of Hosting. Its address is known once it runs. */
export const sandboxHosting: PlatformDefinition = {
  ...denHosting,
  id: 'sandbox-hosting',
  name: 'Sandbox (Hosting)',
  baseUrl: null,
  auth: {
    apiKeyHeader: 'X-API-Key',
    session: {
      kind: 'firebase',
      header: 'Authorization',
      scheme: 'Bearer',
      decidesFirst: true,
      lifetimeMs: 3_600_000,
      signInUrl: null,
      tokenUrl: null,
    },
  },
  undocumented: [],
};
