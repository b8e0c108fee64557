import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src-main/vault/secret.ts';

const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCanary12';

describe('a secret', () => {
  it.each<[string, (secret: Secret) => string]>([
    ['String()', (secret) => String(secret)],
    ['a template', (secret) => `value: ${secret as unknown as string}`],
    ['JSON', (secret) => JSON.stringify({ secret })],
    ['inspect', (secret) => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['format', (secret) => format('%s %o %j', secret, secret, secret)],
  ])('prints as [redacted] by %s', (_how, print) => {
    const printed = print(Secret.fromText(CANARY));
    expect(printed).toContain('[redacted]');
    expect(printed).not.toContain('Canary');
  });

  it('gives its bytes until it is wiped, and none afterwards', () => {
    const secret = Secret.fromText(CANARY);
    const bytes = secret.expose();
    expect(bytes.toString('utf8')).toBe(CANARY);
    secret.wipe();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(() => secret.expose()).toThrow();
  });
});
