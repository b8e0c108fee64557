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
  severity,
  confidence,
  tell_apart: tellApart,
  repair: fix.repair,
});
