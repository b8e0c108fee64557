import type { DoctorCauseView } from '../../../src-shared/contract/views.ts';
import type { Candidate } from '../../../src-shared/domain/diagnosis/candidate.ts';

export const causeView = ({
  code,
  message,
  fix,
  severity,
  confidence,
  tellApart,
}: Candidate): DoctorCauseView => ({
  code,
  message,
  fix: fix.command,
  does: fix.does ?? '',
  then: fix.then === undefined ? null : { fix: fix.then.command, does: fix.then.does },
  severity,
  confidence,
  tell_apart: tellApart,
  repair: fix.repair,
});
