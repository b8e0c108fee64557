import { z } from 'zod';
import { approvalView, doctorCheckView, rotationView, statusView, windowRunView } from './views.ts';

/** What the core tells a window without being asked. Values never; run output is masked before it comes here. */
export const events = {
  statusChanged: statusView,
  /** Keys, environments or platforms changed: ask again for what is on screen. */
  dataChanged: z.object({ what: z.enum(['keys', 'environments', 'platforms', 'limits', 'audit', 'runs']) }),
  /** All that is being asked now. */
  approvalsChanged: z.object({ approvals: z.array(approvalView) }),
  /** A piece of what a command printed: at most 32,768 characters, of which the first is number `offset` of all. */
  runOutput: z.object({ id: z.string(), offset: z.number(), text: z.string() }),
  operationProgress: z.object({
    operation_id: z.string(),
    done: z.number(),
    total: z.number(),
    what: z.string(),
  }),
  /** What came of a profile that was chosen in the tray: its command runs, or why it does not. */
  trayStarted: z.object({
    run: windowRunView.nullable(),
    problem: z.object({ message: z.string(), hint: z.string() }).nullable(),
  }),
  /** A rotation took a step, stands still, or is over. */
  rotationChanged: z.object({ rotation: rotationView }),
  /** A rung of a diagnosis is known; `operation_id` as given to `doctor.run`. */
  doctorProgress: z.object({ operation_id: z.string(), key: z.string().nullable(), check: doctorCheckView }),
  /** A link, a notification or the tray leads somewhere: `desktop.place` tells where. */
  placeAsked: z.object({}),
  /** The clipboard was cleared, or someone else had changed it meanwhile. */
  clipboardCleared: z.object({ cleared: z.boolean() }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventOf<E extends EventName> = z.infer<(typeof events)[E]>;
