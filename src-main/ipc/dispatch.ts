import { CHANNELS } from '../../src-shared/contract/channels.ts';
import type { Face, Method } from '../../src-shared/contract/method.ts';
import { failure, type Outcome, success } from '../../src-shared/contract/outcome.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../services/context.ts';
import type { CallerProcess } from '../services/ports.ts';
import { Secret } from '../vault/secret.ts';
import { cutForPage } from './cut-for-page.ts';
import type { Handler } from './handler.ts';
import { handlers } from './handlers/index.ts';

/** A request as it arrives: nothing of it is trusted. */
export interface Arrival {
  readonly face: Face;
  readonly channel: string;
  readonly payload: unknown;
  /** Whether the host or socket could tell that the sender is ours. */
  readonly isTrustedSender: boolean;
  readonly actor: string;
  readonly process: CallerProcess | null;
  readonly signal: AbortSignal;
  /** Whether long lists of the answer are to be columns, as they cross to a page. */
  readonly asColumns?: boolean;
}

export interface Answer {
  readonly outcome: Outcome<unknown>;
  /** Only on the socket's face; the receiver wipes them once written. */
  readonly attachments: ReadonlyMap<string, Secret>;
}

const NO_ATTACHMENTS: ReadonlyMap<string, Secret> = new Map();

const refuse = (error: AppError): Answer => ({
  outcome: failure(error.toView()),
  attachments: NO_ATTACHMENTS,
});

/**
 * The one way into the core, for the window and for the socket: sender → schema → vault state → handler → outcome.
 * Never throws; a refusal is an explicit outcome.
 */
export async function dispatch(core: Core, arrival: Arrival): Promise<Answer> {
  // SECURITY: an untrusted sender learns nothing, not even which channels there are (test/contract/every-channel.test.ts).
  if (!arrival.isTrustedSender)
    return refuse(
      new AppError('REFUSED', 'This sender may not ask.', 'Only Keymolt’s own window and command line may.'),
    );
  const method = CHANNELS.get(arrival.channel);
  if (method?.faces.includes(arrival.face) !== true) {
    return refuse(
      new AppError(
        'BAD_REQUEST',
        'There is no such request here.',
        'Client and core may be of different versions; start both anew.',
      ),
    );
  }
  const secrets: Secret[] = [];
  const attachments = new Map<string, Secret>();
  try {
    const request = check(method, arrival.payload, secrets);
    if (method.needs === 'unlocked') core.vault.requireForCaller();
    else if (method.needs === 'vault') requireVaultFile(core);
    // A page refreshes itself; that somebody sits there it says with vault.touch.
    if (method.needs === 'unlocked' && arrival.face === 'socket') core.vault.touch();
    const call: Call = {
      face: arrival.face,
      actor: arrival.actor,
      process: arrival.process,
      signal: arrival.signal,
      attach: (name, value) => {
        // SECURITY: only a method that the contract names may send bytes, and never to a page.
        if (!method.attachesSecrets || arrival.face === 'window')
          throw new AppError('INTERNAL', 'This answer may carry no secret.');
        attachments.set(name, value);
      },
    };
    const handler = handlers[arrival.channel as keyof typeof handlers] as unknown as Handler<never>;
    const result: unknown = await handler(core, call, request);
    // SECURITY: what is not in the response's schema does not leave, so a field added in haste cannot carry a value out.
    const cut =
      arrival.asColumns === true ? cutForPage(method.response, result) : method.response.parse(result);
    return { outcome: success(cut), attachments };
  } catch (error) {
    for (const secret of attachments.values()) secret.wipe();
    return {
      outcome: failure(toAppError(core, arrival.channel, error).toView()),
      attachments: NO_ATTACHMENTS,
    };
  } finally {
    for (const secret of secrets) secret.wipe();
  }
}

function check(method: Method, payload: unknown, secrets: Secret[]): Record<string, unknown> {
  const parsed = method.request.safeParse(payload);
  if (!parsed.success) {
    const where = parsed.error.issues
      .slice(0, 3)
      .map(
        ({ path, code, message }) =>
          `${path.join('.') || 'the request'}: ${code === 'custom' ? message : code.replaceAll('_', ' ')}`,
      );
    throw new AppError(
      'BAD_REQUEST',
      `The request does not fit: ${where.join('; ')}.`,
      'Check the spelling and the length of what you gave.',
    );
  }
  return Object.fromEntries(
    Object.entries(parsed.data as Record<string, unknown>).map(([name, field]) => {
      if (!(field instanceof Uint8Array)) return [name, field];
      const secret = Secret.adopt(field);
      secrets.push(secret);
      return [name, secret];
    }),
  );
}

function requireVaultFile(core: Core): void {
  const { state } = core.vault.file;
  // `require` words these states; a locked or open vault is what this need asks for.
  if (state === 'missing' || state === 'damaged' || state === 'newer') core.vault.require();
}

function toAppError(core: Core, channel: string, error: unknown): AppError {
  if (error instanceof AppError) {
    if (error.cause !== undefined)
      core.log.error('request.failed', { channel, code: error.code }, error.cause);
    return error;
  }
  core.log.error('request.bug', { channel }, error);
  return new AppError(
    'INTERNAL',
    'Keymolt made a mistake; nothing was lost.',
    'The log of the agent tells more; please report it.',
  );
}
