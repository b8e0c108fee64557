import type { AuditEntryView } from '../../../../src-shared/contract/views.ts';
import { readNumber } from '../../arguments/choices.ts';
import type { Command } from '../../context.ts';
import { renderTable } from '../../output/table.ts';
import { printable } from '../../prompts/terminal.ts';
import { done } from '../vault/vault.ts';

const MAX_ENTRIES = 10_000;

export const auditList: Command = async (context) => {
  const limit = context.flags.text('limit');
  const answer = await context.call('audit.list', {
    ...(limit === undefined ? {} : { limit: readNumber(limit, '--limit', { min: 1, max: MAX_ENTRIES }) }),
    ...(context.env === undefined ? {} : { env: context.env }),
  });
  context.answer(answer, () =>
    renderTable<AuditEntryView>(
      [
        { title: 'NO', isRight: true, cell: ({ seq }) => String(seq) },
        { title: 'WHEN (UTC)', cell: ({ at }) => at.slice(0, 19).replace('T', ' ') },
        { title: 'WHO', cell: ({ actor }) => actor },
        { title: 'WHAT', cell: ({ action }) => action },
        { title: 'ON', cell: ({ subject }) => subject },
        { title: 'DETAIL', cell: ({ detail }) => detail },
      ],
      answer.result().entries,
      (text) => context.paint('dim', text),
    ),
  );
  return 0;
};

export const auditVerify: Command = async (context) => {
  const answer = await context.call('audit.verify', {});
  const { intact, entries, findings } = answer.result();
  context.answer(answer, () =>
    intact
      ? `${entries} entries, none missing or changed\n`
      : [
          ...findings.map((finding) => context.paint('red', printable(finding))),
          'look at them, then `keymolt audit accept`',
          '',
        ].join('\n'),
  );
  return intact ? 0 : 1;
};

export const auditAccept: Command = async (context) => {
  const answer = await context.call('audit.accept', {});
  const hasWritten = answer.result().warnings.length === 0;
  return done(context, answer, hasWritten ? 'It is recorded that the findings were looked at.' : undefined);
};
