import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { Call, Core } from '../context.ts';

const DEFAULT_LIMIT = 200;

export function listAudit(core: Core, request: RequestOf<'audit.list'>): ResponseOf<'audit.list'> {
  const vault = core.vault.require();
  const range = {
    limit: request.limit ?? DEFAULT_LIMIT,
    ...(request.before_seq === undefined ? {} : { beforeSeq: request.before_seq }),
  };
  const entries = vault.auditEntries(range);
  const { env } = request;
  const wanted = env === undefined ? entries : entries.filter(({ subject }) => subject.startsWith(`${env}/`));
  return { schema: 1, entries: wanted.map((entry) => ({ ...entry })) };
}

/** The whole chain, and whether the records of the vault fit it. */
export function verifyAudit(core: Core): ResponseOf<'audit.verify'> {
  const vault = core.vault.require();
  const { intact, entries, findings } = vault.verifyAudit();
  const all = [...new Set([...findings, ...vault.tamperFindings])];
  return { schema: 1, intact: intact && all.length === 0, entries, findings: all };
}

/** A stretch of the log, oldest first, checked while it is read. */
export function exportAudit(core: Core, request: RequestOf<'audit.export'>): ResponseOf<'audit.export'> {
  const { entries, lastSeq, findings } = core.vault
    .require()
    .exportAudit({ afterSeq: request.after_seq, limit: request.limit });
  return {
    schema: 1,
    entries: entries.map((entry) => ({ ...entry })),
    last_seq: lastSeq,
    findings: [...findings],
  };
}

/**
 * A person looked at the findings: changes are allowed again, and the log says who allowed them. Where nothing is found,
 * nothing is written, and a warning says so.
 */
export function acceptAudit(core: Core, call: Call): ResponseOf<'audit.accept'> {
  const vault = core.vault.require();
  if (vault.tamperFindings.length === 0 && vault.verifyAudit().intact)
    return {
      schema: 1,
      warnings: ['nothing is wrong with the vault or its log: there is nothing to accept'],
    };
  vault.acceptTamper(call.actor);
  core.vault.anchorNow();
  core.emit('dataChanged', { what: 'audit' });
  return { schema: 1, warnings: [] };
}
