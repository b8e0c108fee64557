/**
 * The rotation of one key as a pure machine: what has happened so far, and from that alone what is to be done next.
 * The plan is written to the journal before and after each call to a platform, so a process that comes up after a crash
 * reads it and goes on with `effectOf`. Nothing here calls anybody or knows the time.
 *
 * What it keeps, whatever comes in (test/unit/domain/rotation/rotation-plan.test.ts):
 * the old key is given up only after the new one was seen working and its users were seen to have moved; at most one
 * create is outstanding; there is no way back once the revocation of the old key may have happened.
 */

export const ROTATION_STATES = [
  'planned',
  'created', // the new key exists, its value is sealed in the journal
  'stored', // the key's record has the new value, the journal keeps the old one
  'deployed', // every target was given the new value
  'verified', // the new key works, is used, and nobody is left on the old one
  'revoked', // the platform took the old key's revocation
  'done', // the old key was refused when asked again
  'rolled_back',
  'failed', // neither key works: nothing that Keymolt could still do
] as const;
export type RotationState = (typeof ROTATION_STATES)[number];

export const ROTATION_STRATEGIES = ['overlap', 'cutover'] as const;
export type RotationStrategy = (typeof ROTATION_STRATEGIES)[number];

/** The steps to a new key, in their order, as a person sees them. */
export const FORWARD_STEPS = ['create', 'prove', 'store', 'deploy', 'verify', 'revoke', 'confirm'] as const;
/** And those of the way back. */
export const ROTATION_STEPS = [...FORWARD_STEPS, 'put_back', 'revoke_new'] as const;
export type RotationStepName = (typeof ROTATION_STEPS)[number];

/** How often a create is tried whose outcome was unclear; each has a name of its own. */
export const MAX_CREATES = 3;

export interface RotationPlan {
  readonly strategy: RotationStrategy;
  readonly state: RotationState;
  readonly direction: 'forward' | 'back';
  /** Creates that were sent, the outstanding one included. */
  readonly creates: number;
  /** A create was sent and its outcome is not known. */
  readonly isCreateOutstanding: boolean;
  /** There is a new key whose value the vault has. */
  readonly hasNewKey: boolean;
  /** The platform took the new key's value. */
  readonly isNewProven: boolean;
  /** The key's record has the new value. */
  readonly isNewInUse: boolean;
  /** A target may have the new value. */
  readonly isDeploymentBegun: boolean;
  /** The old key's revocation was sent and may have happened. */
  readonly isRevokeOutstanding: boolean;
}

export const ROTATION_EVENTS = [
  'create_sent', // about to send it
  'created',
  'create_refused', // the platform said no: nothing was made
  'orphans_gone', // after an unclear create: whatever it made is revoked
  'value_given', // cut-over: the person brought the regenerated value
  'proved',
  'new_rejected', // the new key does not work, or is not what was asked for
  'stored',
  'deploy_begun',
  'deployed',
  'verified',
  'revoke_sent', // about to send it
  'revoke_accepted',
  'revoke_refused', // the platform said no: the old key is as it was
  'old_refused', // the old key was asked and is dead
  'both_rejected',
  'abort_requested',
  'given_up', // a cause that no further try will change
  'unstored',
  'put_back',
  'new_gone', // the new key is revoked and its value dropped
  'resumed',
] as const;
export type RotationEvent = (typeof ROTATION_EVENTS)[number];

/** What is to be done next; `none` when it is over. */
export type RotationEffect =
  | 'create'
  | 'find_orphans'
  | 'await_value'
  | 'prove'
  | 'store'
  | 'deploy'
  | 'verify'
  | 'revoke_old'
  | 'check_old'
  | 'unstore'
  | 'put_back'
  | 'revoke_new'
  | 'none';

export interface Transition {
  readonly plan: RotationPlan;
  readonly effect: RotationEffect;
  /** Why nothing changed; undefined where something did. */
  readonly refusal?: string;
}

export const newPlan = (strategy: RotationStrategy): RotationPlan => ({
  strategy,
  state: 'planned',
  direction: 'forward',
  creates: 0,
  isCreateOutstanding: false,
  hasNewKey: false,
  isNewProven: false,
  isNewInUse: false,
  isDeploymentBegun: false,
  isRevokeOutstanding: false,
});

export const isOver = ({ state }: RotationPlan): boolean =>
  state === 'done' || state === 'rolled_back' || state === 'failed';

/** Two keys are, or may be, active at the platform. */
export const isOverlapOpen = (plan: RotationPlan): boolean =>
  plan.strategy === 'overlap' && !isOver(plan) && (plan.hasNewKey || plan.isCreateOutstanding);

/** Until the old key's revocation may have happened. */
export const canAbort = (plan: RotationPlan): boolean =>
  !isOver(plan) && plan.direction === 'forward' && plan.state !== 'revoked' && !plan.isRevokeOutstanding;

/** What is to be done next, from the plan alone: the same after a crash as before it. */
export function effectOf(plan: RotationPlan): RotationEffect {
  if (isOver(plan)) return 'none';
  return plan.direction === 'back' ? effectBack(plan) : effectForward(plan);
}

function effectForward(plan: RotationPlan): RotationEffect {
  switch (plan.state) {
    case 'planned':
      if (plan.strategy === 'cutover') return 'await_value';
      return plan.isCreateOutstanding ? 'find_orphans' : 'create';
    case 'created':
      return plan.isNewProven ? 'store' : 'prove';
    case 'stored':
      return 'deploy';
    case 'deployed':
      return 'verify';
    case 'verified':
      // A cut-over platform ended the old key when the new one was made: there is nothing to revoke, only to check.
      return plan.strategy === 'cutover' ? 'check_old' : 'revoke_old';
    default:
      return 'check_old';
  }
}

function effectBack(plan: RotationPlan): RotationEffect {
  if (plan.isCreateOutstanding) return 'find_orphans';
  // First the record: a process that is rolled reads its value from there.
  if (plan.isNewInUse) return 'unstore';
  if (plan.isDeploymentBegun) return 'put_back';
  return 'revoke_new';
}

const changed = (plan: RotationPlan): Transition => ({ plan, effect: effectOf(plan) });

const unchanged = (plan: RotationPlan, event: RotationEvent, why?: string): Transition => ({
  plan,
  effect: effectOf(plan),
  refusal: why ?? `${event.replaceAll('_', ' ')} means nothing while ${plan.direction} from ${plan.state}`,
});

/** Turns round. With nothing made and nothing outstanding, the way back is over at once. */
function turnBack(plan: RotationPlan): Transition {
  // A cut-over platform has no list to look for orphans in, and one key at a time: nothing can be left over.
  const isCreateOutstanding = plan.isCreateOutstanding && plan.strategy === 'overlap';
  const back: RotationPlan = { ...plan, direction: 'back', isCreateOutstanding };
  return changed(back.hasNewKey || back.isCreateOutstanding ? back : { ...back, state: 'rolled_back' });
}

/**
 * Total: any event in any state. An event that does not belong changes nothing, and `refusal` says so.
 */
export function reduceRotation(plan: RotationPlan, event: RotationEvent): Transition {
  if (isOver(plan))
    return unchanged(plan, event, `the rotation is over (${plan.state.replaceAll('_', ' ')})`);
  return plan.direction === 'back' ? reduceBack(plan, event) : reduceForward(plan, event);
}

function reduceForward(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'abort_requested') {
    if (canAbort(plan)) return turnBack(plan);
    return unchanged(plan, event, 'the old key’s revocation was sent: the only way is forward');
  }
  switch (plan.state) {
    case 'planned':
      return reducePlanned(plan, event);
    case 'created':
      return reduceCreated(plan, event);
    case 'stored':
      return reduceStored(plan, event);
    case 'deployed':
      return reduceDeployed(plan, event);
    case 'verified':
      return reduceVerified(plan, event);
    default:
      return event === 'old_refused' ? changed({ ...plan, state: 'done' }) : unchanged(plan, event);
  }
}

function reducePlanned(plan: RotationPlan, event: RotationEvent): Transition {
  if (plan.strategy === 'cutover') {
    if (event === 'value_given' || (event === 'created' && plan.isCreateOutstanding))
      return changed({ ...plan, state: 'created', isCreateOutstanding: false, hasNewKey: true });
    if (event === 'create_sent' && !plan.isCreateOutstanding)
      return changed({ ...plan, isCreateOutstanding: true, creates: plan.creates + 1 });
    if (event === 'create_refused' && plan.isCreateOutstanding)
      return changed({ ...plan, isCreateOutstanding: false });
    return event === 'given_up' ? turnBack(plan) : unchanged(plan, event);
  }
  if (plan.isCreateOutstanding) {
    if (event === 'created')
      return changed({ ...plan, state: 'created', isCreateOutstanding: false, hasNewKey: true });
    if (event === 'given_up') return turnBack(plan);
    if (event !== 'orphans_gone' && event !== 'create_refused') return unchanged(plan, event);
    const settled = { ...plan, isCreateOutstanding: false };
    return settled.creates < MAX_CREATES ? changed(settled) : turnBack(settled);
  }
  if (event === 'create_sent')
    return changed({ ...plan, isCreateOutstanding: true, creates: plan.creates + 1 });
  return event === 'given_up' ? turnBack(plan) : unchanged(plan, event);
}

function reduceCreated(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'proved' && !plan.isNewProven) return changed({ ...plan, isNewProven: true });
  // The value that was given first was not the last one that the platform made.
  if (event === 'value_given' && plan.strategy === 'cutover' && plan.isNewProven)
    return changed({ ...plan, isNewProven: false });
  if (event === 'stored' && plan.isNewProven) return changed({ ...plan, state: 'stored', isNewInUse: true });
  if (event === 'new_rejected' || event === 'given_up') return turnBack(plan);
  if (event === 'both_rejected') return changed({ ...plan, state: 'failed' });
  // Proof of yesterday says nothing of today.
  if (event === 'resumed' && plan.isNewProven) return changed({ ...plan, isNewProven: false });
  return unchanged(plan, event);
}

function reduceStored(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'deploy_begun' && !plan.isDeploymentBegun)
    return changed({ ...plan, isDeploymentBegun: true });
  if (event === 'deployed') return changed({ ...plan, state: 'deployed' });
  return reduceInUse(plan, event);
}

function reduceDeployed(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'verified') return changed({ ...plan, state: 'verified' });
  // Targets may have been added or changed since: all are brought up again, which changes nothing where nothing did.
  if (event === 'resumed') return changed({ ...plan, state: 'stored' });
  return reduceInUse(plan, event);
}

function reduceVerified(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'old_refused' && plan.strategy === 'cutover') return changed({ ...plan, state: 'done' });
  if (plan.strategy === 'overlap') {
    if (event === 'revoke_sent' && !plan.isRevokeOutstanding)
      return changed({ ...plan, isRevokeOutstanding: true });
    if (plan.isRevokeOutstanding) {
      if (event === 'revoke_accepted') return changed({ ...plan, state: 'revoked' });
      if (event === 'revoke_refused') return changed({ ...plan, isRevokeOutstanding: false });
      return unchanged(plan, event);
    }
  }
  if (event === 'resumed') return changed({ ...plan, state: 'stored' });
  return reduceInUse(plan, event);
}

/** What may happen at any time while the new value is in use and the old key still alive. */
function reduceInUse(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'new_rejected' || event === 'given_up') return turnBack(plan);
  if (event === 'both_rejected') return changed({ ...plan, state: 'failed' });
  return unchanged(plan, event);
}

function reduceBack(plan: RotationPlan, event: RotationEvent): Transition {
  if (event === 'both_rejected' && plan.hasNewKey) return changed({ ...plan, state: 'failed' });
  const wanted = effectBack(plan);
  if (event === 'orphans_gone' && wanted === 'find_orphans') {
    const settled = { ...plan, isCreateOutstanding: false };
    return changed(settled.hasNewKey ? settled : { ...settled, state: 'rolled_back' });
  }
  if (event === 'unstored' && wanted === 'unstore') return changed({ ...plan, isNewInUse: false });
  if (event === 'put_back' && wanted === 'put_back') return changed({ ...plan, isDeploymentBegun: false });
  if (event === 'new_gone' && wanted === 'revoke_new')
    return changed({ ...plan, hasNewKey: false, state: 'rolled_back' });
  return unchanged(plan, event);
}
