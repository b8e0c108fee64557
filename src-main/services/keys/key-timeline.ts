import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { timelineOf } from '../../../src-shared/domain/keys/key-timeline.ts';
import type { AuditEntry } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { addressOf, requireKey } from './key-directory.ts';
import { viewOf } from './key-view.ts';

const STRETCH = 1000;
/** Of a long log the end is read: what was longer ago is in the place for the whole log. */
const MOST_READ = 10_000;
const MOST_EVENTS = 60;

/** What happened to a key: from the audit log, and from what the platform says of it. @throws {AppError} KEY_NOT_FOUND */
export function keyTimeline(core: Core, request: RequestOf<'keys.timeline'>): ResponseOf<'keys.timeline'> {
  const vault = core.vault.require();
  const { key } = requireKey(vault, request.key, request.env);
  const address = addressOf(vault, key);
  const entries: AuditEntry[] = [];
  let beforeSeq: number | undefined;
  let isWhole = false;
  for (let read = 0; read < MOST_READ; read += STRETCH) {
    const stretch = vault.auditEntries({
      limit: STRETCH,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    entries.push(...stretch.filter(({ subject }) => subject === address));
    beforeSeq = stretch.at(-1)?.seq;
    isWhole = stretch.length < STRETCH || beforeSeq === 1;
    if (isWhole) break;
  }
  const events = timelineOf(viewOf(vault, key, core.now()), entries);
  return {
    schema: 1,
    events: events.slice(0, MOST_EVENTS),
    is_whole: isWhole && events.length <= MOST_EVENTS,
  };
}
