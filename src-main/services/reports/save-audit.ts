import { setImmediate as turn } from 'node:timers/promises';
import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { judgeLog, readWholeLog, toJsonLine } from '../../../src-shared/domain/audit-export.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../context.ts';
import type { ReportProgress } from '../operations.ts';
import { exportAudit, verifyAudit } from '../vault/audit.ts';

/**
 * The audit log as a file, checked while it is written. A log that is not as it was written is saved all the same.
 * @throws {AppError} CANCELLED, VAULT_LOCKED where it locks meanwhile, BAD_FILE, READ_ONLY, DISK_FULL, STORAGE_FAILED;
 *   no file is left then
 */
export async function saveAudit(
  core: Core,
  call: Call,
  { operation_id: operationId }: RequestOf<'audit.save'>,
): Promise<ResponseOf<'audit.save'>> {
  const today = new Date(core.now()).toISOString().slice(0, 10);
  const place = await core.documents.choosePlace(`keymolt-audit-${today}.jsonl`);
  if (place === undefined) return { schema: 1, saved: null };
  const log = { entries: 0, found: [] as string[] };
  await core.operations.run(operationId, call.signal, (signal, report) =>
    core.documents.save(place, linesOf(core, log, signal, report)),
  );
  // Locked at the last moment: the file is there, and says what it says.
  const vault = core.vault.file.opened;
  const { intact, findings } = await judgeLog(log.found, () =>
    vault === undefined ? { intact: false, findings: [] } : verifyAudit(core),
  );
  if (vault?.tamperFindings.length === 0)
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: 'report.save',
        subject: 'audit log',
        detail: `${log.entries} entries, as jsonl`,
      }),
    );
  core.emit('dataChanged', { what: 'audit' });
  return { schema: 1, saved: { path: place.path, entries: log.entries, intact, findings: [...findings] } };
}

async function* linesOf(
  core: Core,
  log: { entries: number; readonly found: string[] },
  signal: AbortSignal,
  report: ReportProgress,
): AsyncGenerator<Uint8Array> {
  const pages = readWholeLog((afterSeq, limit) => {
    // The person took their time in the dialog, or the log is long: the vault may have locked.
    core.vault.requireForCaller();
    const { entries, last_seq, findings } = exportAudit(core, { after_seq: afterSeq, limit });
    return { entries, last_seq, findings };
  });
  for await (const { entries, findings, last_seq: total } of pages) {
    if (signal.aborted)
      throw new AppError('CANCELLED', 'The export was stopped.', 'No file was written. Start it again.');
    log.entries += entries.length;
    log.found.push(...findings);
    yield Buffer.from(entries.map(toJsonLine).join(''), 'utf8');
    report({ done: Math.min(entries.at(-1)?.seq ?? total, total), total, what: 'audit log' });
    // Others are answered in between.
    await turn();
  }
}
