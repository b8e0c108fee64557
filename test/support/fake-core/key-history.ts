import type { ImportItemView, KeyView } from '../../../src-shared/contract/views.ts';
import type { TimelineEvent } from '../../../src-shared/domain/keys/key-timeline.ts';

const DAY_MS = 86_400_000;

export const fakeTimeline = (key: KeyView, now: number): TimelineEvent[] => {
  const at = (days: number): string => new Date(now - days * DAY_MS).toISOString();
  const event = (kind: TimelineEvent['kind'], days: number, detail: string, times = 1): TimelineEvent => ({
    at: at(days),
    kind,
    detail,
    actor: 'cli pid 4711',
    times,
  });
  return [
    event('used', 0.1, 'node agent.js --queue search', 14),
    event('handed_out', 2, 'to the clipboard, cleared after 30 s'),
    event('rotated', 9, 'refused when asked again (401)'),
    event('deployed', 12, '~/work/shop/.env#MOLTBOTDEN_API_KEY'),
    { at: key.created_at, kind: 'created', detail: '', actor: null, times: 1 },
  ];
};

/** Recognises as the real one does, by the beginning alone; tells nothing of the value either. */
export const fakeImport = (text: string): ImportItemView[] =>
  text
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line, at): ImportItemView => {
      const [variable = '', value = ''] = line.split('=', 2);
      const isKey = value.startsWith('mbd_');
      const mayBe = value.startsWith('sk-');
      const isStored = variable.startsWith('KNOWN');
      return {
        at,
        variable,
        state: isStored ? 'stored' : isKey ? 'ready' : mayBe ? 'unsure' : 'refused',
        note: isStored
          ? 'In the vault already as dev/known.'
          : isKey
            ? null
            : mayBe
              ? 'No known format. If it is a key, say of which platform.'
              : 'Not a key of a known platform.',
        platform: isKey ? 'den-hosting' : null,
        mode: isKey ? 'test' : 'unknown',
        name: variable.toLowerCase().replaceAll('_', '-'),
        prefix: isKey ? value.slice(0, 12) : null,
        fingerprint: isKey || mayBe ? 'a1b2c3d4e5f60718' : null,
        stored_as: isStored ? ['dev/known'] : [],
        proposed: isKey && !isStored,
      };
    });
