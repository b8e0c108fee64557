import { toCefLine, toJsonLine } from '../../../../src-shared/domain/audit-export.ts';
import { oneOf } from '../../arguments/choices.ts';
import type { Command } from '../../context.ts';
import { writeOut } from '../../prompts/terminal.ts';

const PAGE = 1000;
const FORMATS = ['jsonl', 'cef'] as const;

/** The whole log, oldest first, checked while it is read. Exit 1 where it is not what was written: all of it comes all the same. */
export const auditExport: Command = async (context) => {
  const format = oneOf(context.flags.text('format') ?? 'jsonl', FORMATS, '--format');
  const findings: string[] = [];
  let lastSeq = Number.POSITIVE_INFINITY;
  for (let after = 0; after < lastSeq;) {
    const answer = await context.call('audit.export', { after_seq: after, limit: PAGE });
    const page = answer.result();
    findings.push(...page.findings);
    // What is written while this goes on belongs to the next export.
    if (lastSeq === Number.POSITIVE_INFINITY) lastSeq = page.last_seq;
    const entries = page.entries.filter(({ seq }) => seq <= lastSeq);
    writeOut(
      entries
        .map((entry) => (format === 'cef' ? toCefLine(entry, context.program.version) : toJsonLine(entry)))
        .join(''),
    );
    after += PAGE;
  }
  if (findings.length === 0) return 0;
  // Breaks that somebody has accepted are told of, and are no news.
  const verified = (await context.call('audit.verify', {})).result();
  for (const finding of verified.findings.length > 0 ? verified.findings : findings) context.note(finding);
  return verified.intact && verified.findings.length > 0 ? 0 : 1;
};
