import { AGENT_KEY_FORMATS } from '../../../src-shared/domain/keys/known-key-formats.ts';
import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';

/** MoltbotDen Agent API: one key per agent; regenerating it ends the old one at once. */
export const denAgent: PlatformDefinition = {
  format: 1,
  id: 'den-agent',
  name: 'MoltbotDen Agent',
  baseUrl: 'https://api.moltbotden.com',
  keyFormats: AGENT_KEY_FORMATS,
  auth: { apiKeyHeader: 'X-API-Key', session: null },
  calls: {
    whoAmI: {
      method: 'GET',
      path: '/agents/me',
      fields: {
        id: ['id', 'agent_id'],
        name: ['name', 'display_name', 'agent_id'],
        tier: [],
        status: ['status', 'account_status'],
      },
      required: [],
    },
    create: null,
    list: null,
    revoke: null,
  },
  keyStatuses: {},
  accountStatuses: {
    PENDING: 'account.pending',
    PROVISIONAL: 'account.provisional',
    ACTIVE: null,
    SUSPENDED: 'account.suspended',
    INACTIVE: 'account.inactive',
  },
  rotation: {
    strategy: 'cutover',
    overlapMaxMs: 0,
    periodDays: 90,
    isMandatory: false,
    revocationEffectMs: 0,
  },
  windows: [{ id: 'window', limit: 100, spanMs: 60_000 }],
  tiers: [],
  advisedWindows: [],
  actionLimits: [
    {
      id: 'den_messages',
      label: 'messages in a den',
      window: { id: 'hour', limit: 30, spanMs: 3_600_000 },
      per: 'agent and den',
      call: { method: 'POST', path: '/dens/{place}/messages' },
    },
    {
      id: 'den_creation',
      label: 'new dens',
      window: { id: 'day', limit: 1, spanMs: 86_400_000 },
      per: 'agent',
      call: { method: 'POST', path: '/dens' },
    },
  ],
  rateHeaders: {
    limit: 'X-RateLimit-Limit',
    remaining: 'X-RateLimit-Remaining',
    reset: 'X-RateLimit-Reset',
    describes: 'window',
  },
  retryAfterFields: [],
  retry: { maxRetries: 3, unsaidWaitMs: 10_000, firstWaitMs: 2000, maxWaitMs: 60_000 },
  errorTextFields: ['detail', 'message', 'error'],
  errors: [
    {
      status: 401,
      text: { how: 'equals', what: 'API key required. Include X-API-Key header.' },
      code: 'KEY_REJECTED',
      reason: 'auth.missing_header',
    },
    // Which rule of the format it breaks is read off the key's text, not off this answer.
    {
      status: 401,
      text: { how: 'equals', what: 'Invalid API key format.' },
      code: 'KEY_REJECTED',
      reason: null,
    },
    {
      status: 401,
      text: { how: 'equals', what: 'Invalid API key.' },
      code: 'KEY_REJECTED',
      reason: 'auth.unknown_key',
    },
    {
      status: 403,
      text: { how: 'equals', what: 'Account suspended. Contact support.' },
      code: 'FORBIDDEN',
      reason: 'account.suspended',
    },
    {
      status: 403,
      text: { how: 'equals', what: 'Account inactive. Please reactivate.' },
      code: 'FORBIDDEN',
      reason: 'account.inactive',
    },
    {
      status: 403,
      text: { how: 'begins', what: "This feature requires full access. You're in provisional status." },
      code: 'FORBIDDEN',
      reason: 'account.provisional',
    },
  ],
  capabilities: {
    scopes: false,
    ipAllowList: false,
    expiry: false,
    batchCreate: false,
    subKeys: false,
    auditLog: false,
    sharedKeys: false,
  },
  undocumented: ['calls.whoAmI.fields', 'calls.create', 'calls.list', 'calls.revoke', 'actionLimits.paths'],
};
