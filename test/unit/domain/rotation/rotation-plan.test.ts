import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canAbort,
  effectOf,
  isOver,
  isOverlapOpen,
  MAX_CREATES,
  newPlan,
  reduceRotation,
  ROTATION_EVENTS,
  ROTATION_STRATEGIES,
  type RotationEffect,
  type RotationEvent,
  type RotationPlan,
} from '../../../../src-shared/domain/rotation/rotation-plan.ts';

const strategies = fc.constantFrom(...ROTATION_STRATEGIES);
const events = fc.constantFrom(...ROTATION_EVENTS);
const histories = fc.array(events, { maxLength: 60 });

/** What a world without faults answers to an effect. */
const ANSWERS: Readonly<Record<RotationEffect, readonly RotationEvent[]>> = {
  create: ['create_sent', 'created'],
  find_orphans: ['orphans_gone'],
  await_value: ['value_given'],
  prove: ['proved'],
  store: ['stored'],
  deploy: ['deploy_begun', 'deployed'],
  verify: ['verified'],
  revoke_old: ['revoke_sent', 'revoke_accepted'],
  check_old: ['old_refused'],
  unstore: ['unstored'],
  put_back: ['put_back'],
  revoke_new: ['new_gone'],
  none: [],
};

const play = (plan: RotationPlan, sequence: readonly RotationEvent[]): RotationPlan =>
  sequence.reduce((before, event) => reduceRotation(before, event).plan, plan);

const DEPLOYED: readonly RotationEvent[] = ['create_sent', 'created', 'proved', 'stored', 'deployed'];

/** Lets everything go well from here on. */
function finish(plan: RotationPlan): { plan: RotationPlan; effects: RotationEffect[] } {
  const effects: RotationEffect[] = [];
  while (!isOver(plan)) {
    const effect = effectOf(plan);
    effects.push(effect);
    if (effects.length > 40) throw new Error(`no end: ${effects.join(' ')}`);
    plan = play(plan, ANSWERS[effect]);
  }
  return { plan, effects };
}

describe('a rotation without faults', () => {
  it('overlap: creates, proves, stores, deploys, verifies, and only then revokes', () => {
    expect(finish(newPlan('overlap')).effects).toEqual([
      'create',
      'prove',
      'store',
      'deploy',
      'verify',
      'revoke_old',
      'check_old',
    ]);
  });

  it('cut-over: waits for the value, and checks the old key instead of revoking it', () => {
    const { plan, effects } = finish(newPlan('cutover'));
    expect(effects).toEqual(['await_value', 'prove', 'store', 'deploy', 'verify', 'check_old']);
    expect(plan.state).toBe('done');
  });

  it('aborted after its deployment, takes everything back in order', () => {
    const deployed = play(newPlan('overlap'), [
      'create_sent',
      'created',
      'proved',
      'stored',
      'deploy_begun',
      'deployed',
    ]);
    const { plan, effects } = finish(play(deployed, ['abort_requested']));
    expect(effects).toEqual(['unstore', 'put_back', 'revoke_new']);
    expect(plan.state).toBe('rolled_back');
  });

  it('aborted before anything was made, is over at once', () => {
    expect(play(newPlan('overlap'), ['abort_requested']).state).toBe('rolled_back');
    expect(play(newPlan('cutover'), ['abort_requested']).state).toBe('rolled_back');
  });
});

describe('an unclear create', () => {
  const outstanding = play(newPlan('overlap'), ['create_sent']);

  it('is settled before another one is sent', () => {
    expect(effectOf(outstanding)).toBe('find_orphans');
    expect(reduceRotation(outstanding, 'create_sent')).toMatchObject({
      plan: outstanding,
      refusal: expect.any(String) as string,
    });
    expect(effectOf(play(outstanding, ['orphans_gone']))).toBe('create');
  });

  it('is settled on the way back too', () => {
    expect(finish(play(outstanding, ['abort_requested'])).effects).toEqual(['find_orphans']);
  });

  it('is not tried for ever', () => {
    let plan = newPlan('overlap');
    for (let times = 0; times < MAX_CREATES; times += 1) {
      expect(effectOf(plan)).toBe('create');
      plan = play(plan, ['create_sent', 'orphans_gone']);
    }
    expect(plan.state).toBe('rolled_back');
  });
});

describe('after the revocation was sent', () => {
  const sent = play(newPlan('overlap'), [...DEPLOYED, 'verified', 'revoke_sent']);

  it('there is no abort, until the platform said no', () => {
    expect(canAbort(sent)).toBe(false);
    expect(reduceRotation(sent, 'abort_requested').plan).toBe(sent);
    expect(canAbort(play(sent, ['revoke_refused']))).toBe(true);
    expect(canAbort(play(sent, ['revoke_accepted']))).toBe(false);
  });

  it('a crash makes it be sent again, not forgotten', () => {
    expect(effectOf(play(sent, ['resumed']))).toBe('revoke_old');
  });
});

it('a resumed rotation brings its targets up again and proves the new key anew', () => {
  const verified = play(newPlan('overlap'), [...DEPLOYED, 'verified']);
  expect(play(verified, ['resumed']).state).toBe('stored');
  expect(effectOf(play(newPlan('overlap'), ['create_sent', 'created', 'proved', 'resumed']))).toBe('prove');
});

describe('whatever comes in', () => {
  it('never throws, changes nothing without a reason, and is over for good', () => {
    fc.assert(
      fc.property(strategies, histories, events, (strategy, history, event) => {
        const plan = play(newPlan(strategy), history);
        const next = reduceRotation(plan, event);
        expect(next.effect).toBe(effectOf(next.plan));
        if (next.refusal === undefined) expect(next.plan).not.toEqual(plan);
        else expect(next.plan).toBe(plan);
        if (isOver(plan)) expect(next.refusal).toBeDefined();
      }),
      { numRuns: 5000 },
    );
  });

  it('revokes the old key only after the new one was proved and put to use', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let plan = newPlan('overlap');
        const accepted: RotationEvent[] = [];
        for (const event of history) {
          const next = reduceRotation(plan, event);
          if (next.refusal === undefined) accepted.push(event);
          plan = next.plan;
          if (next.effect !== 'revoke_old') continue;
          const since = accepted.slice(accepted.lastIndexOf('created'));
          for (const step of ['proved', 'stored', 'deployed', 'verified'] as const)
            expect(since).toContain(step);
          expect(plan).toMatchObject({ isNewProven: true, isNewInUse: true, hasNewKey: true });
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('has at most one create outstanding, and none forgotten', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let plan = newPlan('overlap');
        let open = 0;
        for (const event of history) {
          const next = reduceRotation(plan, event);
          if (next.refusal === undefined) {
            if (event === 'create_sent') open += 1;
            if (event === 'created' || event === 'create_refused' || event === 'orphans_gone') open -= 1;
          }
          plan = next.plan;
          expect(open).toBeLessThanOrEqual(1);
          if (plan.state === 'rolled_back') expect(open).toBe(0);
        }
        expect(plan.creates).toBeLessThanOrEqual(MAX_CREATES);
      }),
      { numRuns: 5000 },
    );
  });

  it('turns back only before the revocation may have happened', () => {
    fc.assert(
      fc.property(strategies, histories, (strategy, history) => {
        let plan = newPlan(strategy);
        for (const event of history) {
          const before = plan;
          plan = reduceRotation(plan, event).plan;
          if (before.direction === 'back' || plan.direction !== 'back') continue;
          expect(before.isRevokeOutstanding).toBe(false);
          expect(before.state).not.toBe('revoked');
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('reaches its end from wherever it was left', () => {
    fc.assert(
      fc.property(strategies, histories, (strategy, history) => {
        const left = play(newPlan(strategy), history);
        const resumed = reduceRotation(left, 'resumed').plan;
        const { plan } = finish(resumed);
        if (isOver(left)) expect(plan).toEqual(left);
        else expect(plan.state).toBe(resumed.direction === 'back' ? 'rolled_back' : 'done');
        expect(isOverlapOpen(plan)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
