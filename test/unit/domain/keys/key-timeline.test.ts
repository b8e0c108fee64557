import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../../../src-shared/domain/keys/key-timeline.ts';

const entry = (at: string, action: string, detail = '') => ({ at, actor: 'window', action, detail });
const key = { created_at: '2026-01-01T10:00:00Z', rotated_at: null, last_used_at: null };

describe('timelineOf', () => {
  it('tells what happened, newest first, without the steps in between', () => {
    const events = timelineOf({ ...key, rotated_at: '2026-03-01T10:00:05Z' }, [
      entry('2026-03-01T10:00:10Z', 'rotate.done'),
      entry('2026-03-01T10:00:08Z', 'rotate.verify'),
      entry('2026-03-01T10:00:00Z', 'rotate.start'),
      entry('2026-02-01T10:00:00Z', 'deploy.add', '.env'),
      entry('2026-01-01T10:00:00Z', 'key.create'),
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['rotated', 'rotation_started', 'deployed', 'created']);
  });

  it('counts what happens often by the day, and keeps its last time', () => {
    const events = timelineOf(key, [
      entry('2026-03-02T18:00:00Z', 'run', 'node agent.js'),
      entry('2026-03-02T09:00:00Z', 'run', 'node agent.js'),
      entry('2026-03-02T08:00:00Z', 'secret.copy'),
      entry('2026-03-01T08:00:00Z', 'run'),
    ]);
    expect(events.map(({ at, kind, times }) => [at, kind, times])).toEqual([
      ['2026-03-02T18:00:00Z', 'used', 2],
      ['2026-03-02T08:00:00Z', 'handed_out', 1],
      ['2026-03-01T08:00:00Z', 'used', 1],
      ['2026-01-01T10:00:00Z', 'created', 1],
    ]);
  });

  it('says what the platform alone knows, once', () => {
    const used = { ...key, last_used_at: '2026-03-02T18:00:30Z' };
    expect(timelineOf(used, []).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['used', null],
      ['created', null],
    ]);
    expect(
      timelineOf(used, [entry('2026-03-02T18:00:00Z', 'run')]).filter(({ kind }) => kind === 'used'),
    ).toHaveLength(1);
  });
});
