import { HOSTING_KEY_FORMATS } from '../../../src-shared/domain/keys/known-key-formats.ts';
import type { PlatformDefinition, RateWindow } from '../../../src-shared/domain/platform-definition.ts';

const tier = (id: string, perMinute: number, perDay: number | null, burst: number) => ({
  id,
  windows: [
    { id: 'burst', limit: burst, spanMs: 10_000 },
    { id: 'minute', limit: perMinute, spanMs: 60_000 },
    { id: 'day', limit: perDay, spanMs: 86_400_000 },
  ] satisfies RateWindow[],
});

/** MoltbotDen Hosting API. */
export const denHosting: PlatformDefinition = {
  format: 1,
  id: 'den-hosting',
  name: 'MoltbotDen Hosting',
  baseUrl: 'https://api.moltbotden.com/v1/hosting',
  keyFormats: HOSTING_KEY_FORMATS,
  auth: {
    apiKeyHeader: 'X-API-Key',
    session: {
      kind: 'firebase',
      header: 'Authorization',
      scheme: 'Bearer',
      decidesFirst: true,
      lifetimeMs: 3_600_000,
      signInUrl: 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword',
      tokenUrl: 'https://securetoken.googleapis.com/v1/token',
    },
  },
  calls: {
    whoAmI: {
      method: 'GET',
      path: '/accounts/me',
      fields: { id: ['id'], name: ['name', 'email'], tier: ['platform_tier'], status: ['status'] },
      required: ['id'],
    },
    create: {
      method: 'POST',
      path: '/api-keys',
      body: { name: 'name', description: 'description' },
      fields: {
        keyId: ['key_id'],
        name: ['name'],
        value: ['key'],
        status: ['status'],
        createdAt: ['created_at'],
        lastUsedAt: ['last_used_at'],
      },
    },
    list: {
      method: 'GET',
      path: '/api-keys',
      items: ['keys'],
      fields: {
        keyId: ['key_id'],
        name: ['name'],
        status: ['status'],
        createdAt: ['created_at'],
        lastUsedAt: ['last_used_at'],
      },
    },
    revoke: { method: 'DELETE', path: '/api-keys/{key_id}' },
  },
  keyStatuses: { active: 'active', disabled: 'disabled', revoked: 'revoked' },
  accountStatuses: {},
  rotation: {
    strategy: 'overlap',
    overlapMaxMs: 900_000,
    periodDays: 90,
    isMandatory: false,
    revocationEffectMs: 0,
  },
  windows: [],
  tiers: [
    tier('spark', 30, 1000, 50),
    tier('ember', 60, 5000, 100),
    tier('blaze', 120, 20_000, 200),
    tier('forge', 300, null, 500),
  ],
  advisedWindows: [],
  actionLimits: [],
  // Not documented here; where such headers come they describe the minute window.
  rateHeaders: {
    limit: 'X-RateLimit-Limit',
    remaining: 'X-RateLimit-Remaining',
    reset: 'X-RateLimit-Reset',
    describes: 'minute',
  },
  retryAfterFields: ['retry_after_seconds'],
  retry: { maxRetries: 3, unsaidWaitMs: 5000, firstWaitMs: 2000, maxWaitMs: 60_000 },
  errorTextFields: ['message', 'detail', 'error'],
  errors: [],
  capabilities: {
    scopes: false,
    ipAllowList: false,
    expiry: false,
    batchCreate: false,
    subKeys: false,
    auditLog: false,
    sharedKeys: true,
  },
  undocumented: [
    'auth.session.webApiKey',
    'calls.whoAmI.fields.name',
    'calls.whoAmI.fields.status',
    'calls.create.status',
    'rateHeaders',
    'errors',
  ],
};
