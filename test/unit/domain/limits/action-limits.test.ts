import { describe, expect, it } from 'vitest';
import { actionOf, actionsOf, ActionUse } from '../../../../src-shared/domain/limits/action-limits.ts';
import { denAgent } from '../../../../src-main/platforms/definitions/den-agent.ts';
import { denHosting } from '../../../../src-main/platforms/definitions/den-hosting.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const message = actionOf(denAgent, 'POST', '/dens/the-den/messages')!;
const den = actionOf(denAgent, 'POST', '/dens')!;

describe('limits of single actions', () => {
  it('are told by method and path', () => {
    expect(message).toMatchObject({ action: { id: 'den_messages' }, place: 'the-den' });
    expect(actionOf(denAgent, 'POST', '/dens/the-den/messages/?x=1')).toMatchObject({ place: 'the-den' });
    expect(den).toMatchObject({ action: { id: 'den_creation' }, place: '' });
    for (const [method, path] of [
      ['GET', '/dens'],
      ['POST', '/agents'],
      ['POST', '/dens/a/b/messages'],
    ] as const)
      expect(actionOf(denAgent, method, path)).toBeUndefined();
    expect(actionOf(denHosting, 'POST', '/dens')).toBeUndefined();
  });

  it('are documented figures while nothing was done', () => {
    expect(actionsOf(denAgent, undefined, NOW)).toMatchObject([
      { id: 'den_messages', limit: 30, remaining: null, source: 'documented', place: null },
      { id: 'den_creation', limit: 1, remaining: null, source: 'documented' },
    ]);
  });

  it('count each den for itself, within the hour', () => {
    const use = new ActionUse();
    for (let n = 0; n < 10; n += 1) use.note(message.action, 'the-den', NOW + n * MINUTE, null);
    use.note(message.action, 'other', NOW + 9 * MINUTE, null);
    const at = NOW + 10 * MINUTE;
    const [first, second] = actionsOf(denAgent, use, at);
    expect(first).toMatchObject({ place: 'the-den', remaining: 20, resets_in_s: 3000, source: 'estimated' });
    // Ten in ten minutes: the other twenty last for twenty more.
    expect(first?.exhausted_in_s).toBe(1200);
    expect(second).toMatchObject({ place: 'other', remaining: 29, exhausted_in_s: null });
    expect(actionsOf(denAgent, use, NOW + 61 * MINUTE)[0]).toMatchObject({ place: 'the-den', remaining: 22 });
    expect(actionsOf(denAgent, use, NOW + 200 * MINUTE)[0]).toMatchObject({ remaining: null });
  });

  it('believe a 429 until its time is over', () => {
    const use = new ActionUse();
    use.note(den.action, '', NOW, 7_200_000);
    expect(actionsOf(denAgent, use, NOW + MINUTE)[1]).toMatchObject({
      id: 'den_creation',
      remaining: 0,
      resets_in_s: 7140,
      source: 'observed',
      exhausted_in_s: 0,
    });
    use.note(den.action, '', NOW + 7_200_000, null);
    expect(actionsOf(denAgent, use, NOW + 7_200_001)[1]).toMatchObject({ remaining: 0, source: 'estimated' });
  });
});
