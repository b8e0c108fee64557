import type { Handlers } from '../handler.ts';
import { answerApproval, listApprovals } from '../../services/runs/approval.ts';
import {
  copyValueToCaller,
  fingerprintValue,
  prepareRun,
  readReference,
} from '../../services/runs/hand-out.ts';
import { resolveReferences } from '../../services/runs/resolve-references.ts';
import { endRun, watchRun } from '../../services/runs/wrapped-runs.ts';

export const runHandlers = {
  'secrets.read': (core, call, { passphrase, ...request }) => readReference(core, call, request, passphrase),
  'secrets.resolve': (core, call, { passphrase, ...request }) =>
    resolveReferences(core, call, request, passphrase),
  'secrets.copyValue': (core, call, { passphrase, ...request }) =>
    copyValueToCaller(core, call, request, passphrase),
  'secrets.prepareRun': (core, call, { passphrase, ...request }) =>
    prepareRun(core, call, request, passphrase),
  'secrets.fingerprint': (core, _call, { value }) => fingerprintValue(core, value),
  'approvals.list': (core) => listApprovals(core),
  'approvals.answer': (core, call, request) => answerApproval(core, call, request),
  'runs.ended': (core, _call, request) => endRun(core, request),
  'runs.watch': (core, call, request) => watchRun(core, call, request),
} satisfies Partial<Handlers>;
