import { judgeLog, readWholeLog, toCefLine, toJsonLine } from '../../../../src-shared/domain/audit-export.ts';
import { oneOf } from '../../arguments/choices.ts';
import type { Command } from '../../context.ts';
import { writeOut } from '../../prompts/terminal.ts';

const FORMATS = ['jsonl', 'cef'] as const;

/** The whole log, oldest first, checked while it is read. Exit 1 where it is not what was written: all of it comes all the same. */
export const auditExport: Command = async (context) => {
  const format = oneOf(context.flags.text('format') ?? 'jsonl', FORMATS, '--format');
  const found: string[] = [];
  const pages = readWholeLog(async (afterSeq, limit) =>
    (await context.call('audit.export', { after_seq: afterSeq, limit })).result(),
  );
  for await (const { entries, findings } of pages) {
    found.push(...findings);
    writeOut(
      entries
        .map((entry) => (format === 'cef' ? toCefLine(entry, context.program.version) : toJsonLine(entry)))
        .join(''),
    );
  }
  const { intact, findings } = await judgeLog(found, async () =>
    (await context.call('audit.verify', {})).result(),
  );
  for (const finding of findings) context.note(finding);
  return intact ? 0 : 1;
};
