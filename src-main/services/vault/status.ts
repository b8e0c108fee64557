import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { Core } from '../context.ts';
import { fingerprintNow } from '../keys/key-directory.ts';
import { openRotations } from '../rotation/journal.ts';
import { platformRecords, requireDefinition } from '../platforms/platform-settings.ts';

/** The state of everything, for `keymolt status` and the window's frame. Works whatever the vault's state. */
export async function readStatus(core: Core): Promise<StatusView> {
  const { vault: session } = core;
  const vault = session.isOpenToAll ? session.file.opened : undefined;
  const locksAt = session.locksAt;
  const sandbox = await core.sandbox.find();
  const keychain = session.keychain;
  return {
    schema: 1,
    vault: session.file.state === 'unlocked' && !session.isOpenToAll ? 'locked' : session.file.state,
    tampered: vault !== undefined && vault.tamperFindings.length > 0,
    tamper_findings: [...(vault?.tamperFindings ?? [])],
    agent: core.host,
    agent_pid: process.pid,
    version: core.version,
    home: core.home,
    locks_at: locksAt === null ? null : new Date(locksAt).toISOString(),
    lock_reason: session.lockReason,
    keychain: keychain.state,
    keychain_detail: keychain.detail,
    unlock_delay_ms: session.unlockDelayMs,
    runs: core.runs.list((id) => fingerprintNow(vault, id)),
    rotations: (vault === undefined ? [] : openRotations(vault)).map(({ meta }) => ({
      key: meta.keyName,
      env: meta.environment,
      state: meta.plan.state,
      deadline_at: meta.deadlineAt,
    })),
    foreign_hosts: foreignHosts(core),
    sandbox:
      sandbox === undefined
        ? null
        : { base_url: sandbox.baseUrl, control_url: sandbox.controlUrl, pid: sandbox.pid },
  };
}

/** Where keys would go to another host than the one the platform documents. */
function foreignHosts(core: Core): StatusView['foreign_hosts'] {
  const vault = core.vault.isOpenToAll ? core.vault.file.opened : undefined;
  if (vault === undefined) return [];
  return platformRecords(vault).flatMap(({ meta }) => {
    const documented = requireDefinition(core, vault, meta.id).baseUrl;
    const all: [string | null, string | null][] = [
      [null, meta.baseUrl],
      ...Object.entries(meta.baseUrlByEnvironment),
    ];
    return all.flatMap(([env, baseUrl]) =>
      baseUrl === null || baseUrl === documented ? [] : [{ platform: meta.id, env, base_url: baseUrl }],
    );
  });
}
