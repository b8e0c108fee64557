import { expect, it } from 'vitest';
import { withoutControls } from '../../../../src-shared/domain/printable.ts';
import { silentPlatforms } from '../../../../src-shared/domain/addresses/reachability.ts';

const key = (platform: string, outcome: string | null, at = '2026-03-01T10:00:00Z') => ({
  platform,
  last_check: outcome === null ? null : { at, outcome },
});

it('a platform is silent when nothing came back from it at the latest try', () => {
  expect(silentPlatforms([])).toEqual([]);
  expect(silentPlatforms([key('a', 'NETWORK'), key('b', 'ok'), key('c', 'TIMEOUT'), key('d', null)])).toEqual(
    ['a', 'c'],
  );
});

it('a later answer of any kind ends that, whatever zone its time is written in', () => {
  expect(
    silentPlatforms([
      key('a', 'NETWORK', '2026-03-29T01:30:00+01:00'),
      key('a', 'KEY_REJECTED', '2026-03-29T03:10:00+02:00'),
    ]),
  ).toEqual([]);
  expect(
    silentPlatforms([
      key('a', 'ok', '2026-03-01T10:00:00Z'),
      key('a', 'PLATFORM_ERROR', '2026-03-01T10:00:01Z'),
    ]),
  ).toEqual(['a']);
});

it('text for a field: what nobody sees is gone, lines stay where there are several', () => {
  expect(withoutControls('a\u0000b\u001b[1m\tc\r\nd\u202e', false)).toBe('ab[1m cd');
  expect(withoutControls('10.0.0.0/8\r\n192.168.0.0/16\u200b\n', true)).toBe('10.0.0.0/8\n192.168.0.0/16\n');
  expect(withoutControls('größe 鍵 👩‍💻'.replace('\u200d', ''), false)).toBe('größe 鍵 👩💻');
});
