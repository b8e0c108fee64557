import type { RequestOf, ResponseOf } from '../../../../src-shared/contract/channels.ts';
import type { Call, Core } from '../../context.ts';
import { deploymentsOfKey } from '../../deployment/deployment-records.ts';
import { addressOf, requireKey, requireKeyById } from '../key-directory.ts';
import { requireNotRotating } from '../../rotation/journal.ts';
import { requireConfirmation } from './revoke-key.ts';

/** Takes a key out of the vault; the platform is not told. */
export function forgetKey(
  core: Core,
  call: Call,
  request: RequestOf<'keys.forget'>,
): ResponseOf<'keys.forget'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const address = addressOf(vault, key);
  requireConfirmation(request.confirm, key.meta.name, address);
  requireNotRotating(vault, key.id, 'forgotten');
  const stillWorks = requireKeyById(vault, key.id).meta.status !== 'revoked';
  vault.transact((tx) => {
    tx.remove(key.id);
    for (const { id } of deploymentsOfKey(vault, key.id)) tx.remove(id);
    tx.audit({
      actor: call.actor,
      action: 'key.forget',
      subject: address,
      detail: stillWorks ? 'not revoked on the platform' : 'was revoked',
    });
  });
  vault.checkpoint();
  core.rateLimits.forget(key.id);
  core.emit('dataChanged', { what: 'keys' });
  return {
    schema: 1,
    warnings: stillWorks ? [`${address} was not revoked: whoever has its value can still use it.`] : [],
  };
}
