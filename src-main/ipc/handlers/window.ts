import { previewImport, takeImport } from '../../services/keys/import/import-keys.ts';
import { keyTimeline } from '../../services/keys/key-timeline.ts';
import { showOverview } from '../../services/overview/show-overview.ts';
import { getPreferences, setPreferences } from '../../services/preferences/preferences.ts';
import { saveAudit } from '../../services/reports/save-audit.ts';
import { saveReport } from '../../services/reports/save-report.ts';
import type { Handlers } from '../handler.ts';

/** What only a page asks for. */
export const windowHandlers = {
  'imports.preview': (core, _call, { file, ...request }) => previewImport(core, request, file),
  'imports.take': (core, call, request) => takeImport(core, call, request),
  'imports.discard': (core) => {
    core.imports.clear();
    return { schema: 1, warnings: [] };
  },
  'keys.timeline': (core, _call, request) => keyTimeline(core, request),
  'overview.show': (core, _call, request) => showOverview(core, request),
  'preferences.get': (core) => getPreferences(core),
  'preferences.set': (core, call, request) => setPreferences(core, call, request),
  'audit.save': (core, call, request) => saveAudit(core, call, request),
  'reports.save': (core, call, request) => saveReport(core, call, request),
} satisfies Partial<Handlers>;
