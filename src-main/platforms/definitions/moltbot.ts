import { MOLTBOT_KEY_FORMATS } from '../../../src-shared/domain/keys/known-key-formats.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';

/** Moltbot API: its endpoint paths, auth header and error bodies are not documented. */
export const moltbot: PlatformDefinition = {
  format: 1,
  id: 'moltbot',
  name: 'Moltbot',
  baseUrl: 'https://api.moltbot.com/v1',
  keyFormats: MOLTBOT_KEY_FORMATS,
  auth: { apiKeyHeader: 'X-API-Key', session: null },
  calls: { whoAmI: null, create: null, list: null, revoke: null },
  keyStatuses: { active: 'active', disabled: 'disabled', revoked: 'revoked' },
  accountStatuses: {},
  rotation: {
    strategy: 'none',
    overlapMaxMs: 900_000,
    periodDays: 90,
    isMandatory: false,
    revocationEffectMs: 0,
  },
  windows: [
    // "A burst such as 50 calls in one second brings 429": 49 is the most that is known to pass.
    { id: 'burst', limit: 49, spanMs: 1000 },
    { id: 'hour', limit: 1000, spanMs: 3_600_000 },
  ],
  tiers: [],
  // What a deployment should allow itself; the platform's own threshold stays beside it.
  advisedWindows: [{ id: 'minute', limit: 1000, spanMs: 60_000 }],
  actionLimits: [],
  rateHeaders: {
    limit: 'X-RateLimit-Limit',
    remaining: 'X-RateLimit-Remaining',
    reset: 'X-RateLimit-Reset',
    describes: 'hour',
  },
  retryAfterFields: [],
  retry: { maxRetries: 3, unsaidWaitMs: 2000, firstWaitMs: 2000, maxWaitMs: 60_000 },
  errorTextFields: ['detail', 'message', 'error'],
  errors: [],
  capabilities: {
    scopes: true,
    ipAllowList: true,
    expiry: false,
    batchCreate: false,
    subKeys: false,
    auditLog: false,
    sharedKeys: true,
  },
  undocumented: [
    'auth.apiKeyHeader',
    'calls.whoAmI',
    'calls.create',
    'calls.list',
    'calls.revoke',
    'rotation.strategy',
    'rateHeaders',
    'errorTextFields',
    'errors',
    'retry.unsaidWaitMs',
    'capabilities.sharedKeys',
  ],
};
