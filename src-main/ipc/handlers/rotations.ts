import { planRotations } from '../../services/rotation/scheduled-rotations.ts';
import type { Handlers } from '../handler.ts';
import { abortRotation, resumeRotation } from '../../services/rotation/continue-rotation.ts';
import { listRotations, showRotation } from '../../services/rotation/rotation-answers.ts';
import { startRotation } from '../../services/rotation/start-rotation.ts';

export const rotationHandlers = {
  'rotations.start': (core, call, { value, ...request }) => startRotation(core, call, request, value),
  'rotations.list': (core, _call, request) => listRotations(core, request),
  'rotations.plan': (core, call, request) => planRotations(core, call, request),
  'rotations.show': (core, _call, request) => showRotation(core, request),
  'rotations.resume': (core, call, { value, ...request }) => resumeRotation(core, call, request, value),
  'rotations.abort': (core, call, request) => abortRotation(core, call, request),
} satisfies Partial<Handlers>;
