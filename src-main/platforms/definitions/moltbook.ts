import type { PlatformDefinition } from '../../../src-shared/domain/platform-definition.ts';
import { denHosting } from './den-hosting.ts';

const { calls } = denHosting;
const expiresAt = ['expires_at'];
const withExpiry: PlatformDefinition['calls'] = {
  ...calls,
  create: calls.create && { ...calls.create, fields: { ...calls.create.fields, expiresAt } },
  list: calls.list && { ...calls.list, fields: { ...calls.list.fields, expiresAt } },
};

/** Moltbook AI: endpoints, header and key format are not documented, so it is shaped like Hosting until a person says otherwise. */
export const moltbook: PlatformDefinition = {
  ...denHosting,
  id: 'moltbook',
  name: 'Moltbook AI',
  baseUrl: null,
  keyFormats: [],
  // Keys have an explicit expiry date.
  calls: withExpiry,
  auth: { apiKeyHeader: 'X-API-Key', session: null },
  rotation: {
    strategy: 'overlap',
    overlapMaxMs: 900_000,
    periodDays: 90,
    isMandatory: true,
    revocationEffectMs: 10_000,
  },
  tiers: [],
  capabilities: {
    scopes: true,
    ipAllowList: true,
    expiry: true,
    batchCreate: true,
    subKeys: true,
    auditLog: true,
    sharedKeys: true,
  },
  undocumented: [
    'baseUrl',
    'keyFormats',
    'auth.apiKeyHeader',
    'auth.session',
    'calls.whoAmI',
    'calls.create',
    'calls.list',
    'calls.revoke',
    'keyStatuses',
    'windows',
    'tiers',
    'rateHeaders',
    'retryAfterFields',
    'retry',
    'errorTextFields',
    'errors',
  ],
};
