import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { ApprovalView } from '../../../src-shared/contract/views.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import type { EnvironmentRecord, KeyRecord } from '../keys/key-directory.ts';

/** A key whose value is to be handed out, and where it lives. */
export interface WantedKey {
  readonly key: KeyRecord;
  readonly environment: EnvironmentRecord;
}

export interface ApprovalTerms {
  readonly purpose: ApprovalView['purpose'];
  readonly command?: string;
  /** A right one in the request is as good as an answer in the window. */
  readonly passphrase: Secret | undefined;
  /** The caller waits for nobody. */
  readonly noInput: boolean | undefined;
}

/**
 * Whether the caller may be handed these keys: by the policy of their environments, by a grant, by the passphrase, or
 * by the person at the window, who is asked and waited for.
 * SECURITY: every way a value leaves the core goes through here (test/contract/use-cases/grants.test.ts).
 * @throws {AppError} APPROVAL_REQUIRED, APPROVAL_DENIED, WRONG_PASSWORD
 */
export async function requireApproval(
  core: Core,
  call: Call,
  wanted: readonly WantedKey[],
  terms: ApprovalTerms,
): Promise<void> {
  const environments = new Map(wanted.map(({ environment }) => [environment.id, environment]));
  for (const environment of environments.values()) {
    const keys = wanted
      .filter((one) => one.environment.id === environment.id)
      .map(({ key }) => `${environment.meta.name}/${key.meta.name}`);
    await requireOne(core, call, environment, keys, terms);
  }
}

async function requireOne(
  core: Core,
  call: Call,
  environment: EnvironmentRecord,
  keys: readonly string[],
  { purpose, command, passphrase, noInput }: ApprovalTerms,
): Promise<void> {
  const { approve, kind, name } = environment.meta;
  if (approve === 'never' || (approve === 'live' && kind === 'test')) return;
  if (core.grants.covers(call.process, environment.id)) return;
  if (passphrase !== undefined) {
    await core.vault.checkPassphrase(passphrase);
    core.grants.grant(call.process, 'tree');
    return;
  }
  if (core.approvals.isAttended && noInput !== true) {
    await core.approvals.ask({
      caller: call.process,
      environment,
      keys,
      purpose,
      command: command ?? null,
      signal: call.signal,
    });
    return;
  }
  throw new AppError(
    'APPROVAL_REQUIRED',
    `Keys of ${name} are handed out after approval only, and this terminal or process has none.`,
    'Run `keymolt unlock` here, or `keymolt unlock --grant user` once for all your processes.',
  );
}

export const listApprovals = (core: Core): ResponseOf<'approvals.list'> => ({
  schema: 1,
  approvals: [...core.approvals.attend()],
});

/** @throws {AppError} NOT_FOUND when it is no longer asked, REFUSED when it is no longer what was shown */
export function answerApproval(
  core: Core,
  call: Call,
  { id, revision, decision }: RequestOf<'approvals.answer'>,
): ResponseOf<'approvals.answer'> {
  const vault = core.vault.require();
  const { view } = core.approvals.answer(id, revision, decision);
  if (vault.tamperFindings.length === 0) {
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: decision === 'deny' ? 'approval.deny' : 'approval.allow',
        subject: view.env,
        detail: `${decision}, asked by ${view.tree?.name ?? view.parent?.name ?? 'a program'} for ${view.keys.join(' ')}`,
      }),
    );
  }
  return { schema: 1, warnings: [] };
}
