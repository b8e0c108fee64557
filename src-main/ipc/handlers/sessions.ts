import { listSessions, signIn, signOut } from '../../services/sessions/manage-sessions.ts';
import type { Handlers } from '../handler.ts';

export const sessionHandlers = {
  'sessions.signIn': (core, call, { password, ...request }) => signIn(core, call, request, password),
  'sessions.list': (core) => listSessions(core),
  'sessions.signOut': (core, call, request) => signOut(core, call, request),
} satisfies Partial<Handlers>;
