import type { z } from 'zod';

/** Who may call a method: the page of our own window, a process of the same user on the socket, or both. */
export type Face = 'window' | 'socket';

/** What must hold before a handler runs; checked by the dispatcher, so that no handler can forget. */
export type VaultNeed = 'nothing' | 'vault' | 'unlocked';

export interface Method<
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Faces extends Face = Face,
> {
  readonly faces: readonly Faces[];
  readonly needs: VaultNeed;
  readonly request: Request;
  readonly response: Response;
  /** The answer carries secret bytes beside the result. SECURITY: never on the window's face. */
  readonly attachesSecrets: boolean;
}

const define =
  <Faces extends Face>(faces: readonly Faces[]) =>
  <Request extends z.ZodType, Response extends z.ZodType>(
    needs: VaultNeed,
    request: Request,
    response: Response,
  ): Method<Request, Response, Faces> => ({ faces, needs, request, response, attachesSecrets: false });

/** A method of both faces. */
export const shared = define(['window', 'socket']);
/** As `shared`; to the socket, the answer carries secret bytes beside the result. */
export const sharedWithSecret = <Request extends z.ZodType, Response extends z.ZodType>(
  needs: VaultNeed,
  request: Request,
  response: Response,
): Method<Request, Response> => ({ ...shared(needs, request, response), attachesSecrets: true });
/** A method of the window alone. */
export const windowOnly = define(['window']);
/** A method of the socket alone. */
export const socketOnly = define(['socket']);

/** A socket method whose answer carries secret bytes; the schema covers the part without them. */
export const handsOutSecrets = <Request extends z.ZodType, Response extends z.ZodType>(
  request: Request,
  response: Response,
): Method<Request, Response, 'socket'> => ({
  faces: ['socket'],
  needs: 'unlocked',
  request,
  response,
  attachesSecrets: true,
});
