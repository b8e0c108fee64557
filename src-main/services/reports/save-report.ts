import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { toKeyReportCsv } from '../../../src-shared/domain/keys/key-report.ts';
import type { Call, Core } from '../context.ts';
import { listKeys } from '../keys/read-keys.ts';

/**
 * A lead's report as a file. The page says neither what is in the table nor where it goes.
 * @throws {AppError} WINDOW_UNAVAILABLE, READ_ONLY, DISK_FULL, STORAGE_FAILED
 */
export async function saveReport(
  core: Core,
  call: Call,
  { as, env }: RequestOf<'reports.save'>,
): Promise<ResponseOf<'reports.save'>> {
  const vault = core.vault.require();
  const today = new Date(core.now()).toISOString().slice(0, 10);
  const place = await core.documents.choosePlace(`keymolt-report-${env ?? 'all'}-${today}.${as}`);
  if (place === undefined) return { schema: 1, path: null };
  const bytes =
    as === 'pdf'
      ? await core.printer.toPdf()
      : Buffer.from(toKeyReportCsv(listKeys(core, env === undefined ? {} : { env }).keys), 'utf8');
  await core.documents.save(place, bytes);
  if (vault.tamperFindings.length === 0)
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: 'report.save',
        subject: env ?? 'vault',
        detail: `as ${as}, without values`,
      }),
    );
  core.emit('dataChanged', { what: 'audit' });
  return { schema: 1, path: place.path };
}
